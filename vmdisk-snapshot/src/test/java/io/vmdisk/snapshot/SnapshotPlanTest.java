package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a snapshot's plan says, in which order, and whom it tells; three snapshots in a row, nothing is carried out. */
class SnapshotPlanTest {
    private static final Path FOLDER = MemoryVolume.folder();

    private final MemoryVolume volume = new MemoryVolume();
    private Vm vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Vm.create(volume, FOLDER, DiskFormat.VMFS_THIN);
        vm.snapshot("one");
        vm.snapshot("two");
        vm.snapshot("three");
    }

    private static int first(Plan plan, Class<? extends Step> kind) {
        for (int i = 0; i < plan.steps().size(); i++) {
            if (kind.isInstance(plan.steps().get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static String staged(Plan plan, String name) {
        return plan.preparations().stream()
                .filter(StageText.class::isInstance)
                .map(StageText.class::cast)
                .filter(text -> text.target().endsWith(name))
                .map(text -> new String(text.content().toBytes(), StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
    }

    private static List<Path> published(Plan plan) {
        return plan.steps().stream()
                .filter(Publish.class::isInstance)
                .map(step -> ((Publish) step).target().getFileName())
                .toList();
    }

    private static List<String> deleted(Plan plan) {
        return plan.steps().stream()
                .filter(DeleteFile.class::isInstance)
                .map(step -> String.valueOf(((DeleteFile) step).path().getFileName()))
                .toList();
    }

    @Test
    void theListSaysThatAMergeIsDueBeforeItBeginsAndNoMoreAtItsEnd() throws IOException {
        Plan plan = vm.planner().delete(vm.uid(2), LinkSpace.KEEP);

        assertThat(plan.steps().get(0)).isEqualTo(new Publish(FOLDER.resolve("web01.vmsd")));
        assertThat(staged(plan, "web01.vmsd"))
                .contains("snapshot.needConsolidate = \"TRUE\"")
                .doesNotContain("two");
        int settled = first(plan, MoveFile.class);
        MoveFile move = (MoveFile) plan.steps().get(settled);
        assertThat(settled).isGreaterThan(first(plan, FoldLinks.class)).isLessThan(first(plan, DeleteFile.class));
        assertThat(move.to()).isEqualTo(FOLDER.resolve("web01.vmsd"));
        assertThat(staged(plan, String.valueOf(move.from().getFileName())))
                .doesNotContain("needConsolidate = \"TRUE\"");
    }

    @Test
    void aMarkThatNothingIsLeftToMergeGoesAlone() throws IOException {
        vm.put("web01.vmsd", vm.text("web01.vmsd") + "snapshot.needConsolidate = \"TRUE\"\n");

        Plan plan = vm.planner().consolidate(LinkSpace.KEEP);

        assertThat(published(plan)).containsExactly(Path.of("web01.vmsd"));
        assertThat(staged(plan, "web01.vmsd")).doesNotContain("needConsolidate = \"TRUE\"");
        assertThat(deleted(plan)).isEmpty();
    }

    @Test
    void whereNothingIsToMergeThePlanSaysSo() throws IOException {
        Plan plan = vm.planner().consolidate(LinkSpace.KEEP);

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.notes())
                .containsExactly("every disk is named by the present state or a snapshot: nothing to do");
    }

    @Test
    void whatCannotBeReadMayNeedADiskThatWouldGo() throws IOException {
        vm.put("other.vmdk", vm.text("web01-000001.vmdk"));
        volume.withhold(FOLDER.resolve("other.vmdk"));

        assertThatThrownBy(() -> vm.planner().delete(vm.uid(2), LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("other.vmdk");
    }

    @Test
    void childrenGoBeforeTheirParentsWhenATreeGoes() throws IOException {
        vm.revert(1);

        Plan plan = vm.planner().deleteWithChildren(vm.uid(2), LinkSpace.KEEP);

        assertThat(deleted(plan))
                .containsSubsequence("web01-000002.vmdk", "web01-000001.vmdk")
                .doesNotContain("web01.vmdk");
        assertThat(staged(plan, "web01.vmsd")).contains("\"one\"").doesNotContain("\"two\"", "\"three\"");
    }

    @Test
    void aRevertSaysWhatIsLostAndWhatIsThereToBeMerged() throws IOException {
        vm.revert(2);
        vm.delete(2);

        Plan plan = vm.planner().revert(vm.uid(3));

        assertThat(plan.notes())
                .anyMatch(note -> note.startsWith("what was written since the last snapshot is lost: web01-00000"))
                .anyMatch(note -> note.equals("no snapshot names web01-000001.vmdk: a consolidation merges it"));
        assertThat(staged(plan, "web01.vmsd")).contains("snapshot.needConsolidate = \"TRUE\"");
        assertThat(published(plan)).contains(Path.of("web01.vmx"), Path.of("web01.vmsd"));
    }

    @Test
    void firmwareVariablesGoIntoAFileOfThatKindOnly() throws IOException {
        long saved = volume.files().stream()
                .filter(file -> file.toString().endsWith(".vmsn"))
                .count();
        assertThat(saved).isEqualTo(3);
        assertThat(published(vm.planner().revert(vm.uid(1)))).contains(Path.of("web01.nvram"));

        vm.put("web01.vmx", vm.text("web01.vmx").replace("web01.nvram", "web01.vmdk"));
        assertThat(published(vm.planner().revert(vm.uid(1)))).doesNotContain(Path.of("web01.vmdk"));
    }

    @Test
    void aMachineThatWouldResumeFromACheckpointThatGoesStartsAnew() throws IOException {
        String checkpoint = vm.uid(2).checkpointFile().orElseThrow();
        vm.put("web01.vmx", vm.text("web01.vmx") + "checkpoint.vmState = \"" + checkpoint + "\"\n");

        Plan plan = vm.planner(Consent.SUSPENDED).delete(vm.uid(2), LinkSpace.KEEP);

        assertThat(staged(plan, "web01.vmx")).contains("checkpoint.vmState = \"\"");
        assertThat(plan.notes()).anyMatch(note -> note.contains("no longer resumes from " + checkpoint));
        assertThat(deleted(plan)).contains(checkpoint);
    }

    @Test
    void aCheckpointThatAnotherSnapshotHasTooStays() throws IOException {
        String two = vm.uid(2).checkpointFile().orElseThrow();
        String three = vm.uid(3).checkpointFile().orElseThrow();
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace(three, two));

        Plan plan = vm.planner().delete(vm.uid(2), LinkSpace.KEEP);

        assertThat(plan.notes()).contains(two + " stays: another snapshot has it too");
        assertThat(deleted(plan)).doesNotContain(two);
    }
}
