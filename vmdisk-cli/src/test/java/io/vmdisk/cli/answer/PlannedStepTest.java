package io.vmdisk.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.CopyDisk;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.CreateDisk;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.GrowDisk;
import io.vmdisk.plan.step.MakeFolder;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.ShrinkDisk;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.plan.step.StepNames;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every kind of step and preparation has its place in the answers of commands. */
class PlannedStepTest {
    private static final Path FOLDER = Path.of("/no-such-folder");
    private static final Path DISK = FOLDER.resolve("a.vmdk");
    private static final CreateSpec SPEC = CreateSpec.of(DiskFormat.VMFS_THIN, 1 << 20);

    private static final List<Preparation> PREPARATIONS = List.of(
            new MakeFolder(FOLDER),
            new StageText(FOLDER.resolve("a.vmx"), Content.of(new byte[1])),
            new CreateDisk(FOLDER.resolve("b.vmdk"), SPEC),
            new CopyFile(FOLDER.resolve("a.nvram"), FOLDER.resolve("b.nvram"), 1),
            new CopyDisk(DISK, FOLDER.resolve("c.vmdk"), SPEC, 1));

    private static final List<Step> STEPS = List.of(
            new Publish(FOLDER.resolve("a.vmx")),
            new EditDescriptor(DISK, DescriptorEdit.noParent()),
            new GrowDisk(DISK, 2 << 20),
            new ShrinkDisk(DISK, 1 << 20),
            new FoldLinks(List.of(FOLDER.resolve("a-000001.vmdk")), DISK, LinkSpace.KEEP, 1, 1),
            new MoveFile(FOLDER.resolve("d.vmdk"), FOLDER.resolve("e.vmdk")),
            new DeleteFile(FOLDER.resolve("a-000001.vmdk")));

    @Test
    void everyKindIsTried() {
        assertThat(PREPARATIONS)
                .<Class<?>>extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(Preparation.class.getPermittedSubclasses()));
        assertThat(STEPS)
                .<Class<?>>extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(Step.class.getPermittedSubclasses()));
    }

    @Test
    void everyKindIsShown() {
        for (Preparation preparation : PREPARATIONS) {
            assertThat(PlannedStep.of(preparation, StepNames.SHORT).path()).isEqualTo(preparation.target());
        }
        for (Step step : STEPS) {
            assertThat(PlannedStep.of(step, StepNames.SHORT).text()).isEqualTo(step.describe());
        }
    }

    @Test
    void everyKindCountsAmongTheFiles() throws IOException {
        PlanFiles files = PlanFiles.of(new Plan("try all", FOLDER, PREPARATIONS, STEPS, List.of()), Volume.system());

        assertThat(files.made()).contains(FOLDER.resolve("b.vmdk"), FOLDER.resolve("e.vmdk"));
        assertThat(files.changed()).containsExactly(DISK);
        assertThat(files.removed()).contains(FOLDER.resolve("a-000001.vmdk"), FOLDER.resolve("d.vmdk"));
    }
}
