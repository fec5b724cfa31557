package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hosted products set no limit, and scripts take snapshots every hour. */
@Tag("long")
class ManySnapshotsTest {
    private static final int COUNT = 500;
    private static final int CAPACITY = 1 << 20;

    private final MemoryVolume volume = new MemoryVolume();

    /** As so many creations would leave it; each link holds one sector of its own and one that all have. */
    private Vm machine() throws IOException {
        Vm vm = Vm.create(volume, MemoryVolume.folder(), CAPACITY, DiskFormat.MONOLITHIC_SPARSE);
        StringBuilder list = new StringBuilder(".encoding = \"UTF-8\"\n");
        String disk = "web01.vmdk";
        for (int i = 1; i <= COUNT; i++) {
            String link = "web01-%06d.vmdk".formatted(i);
            StagedDisk.createEmpty(
                    vm.folder().resolve(link),
                    CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY)
                            .withGrainBytes(8192)
                            .withParent(vm.folder().resolve(disk)),
                    volume,
                    Progress.NONE);
            vm.write(link, i * 512L, ("link " + i).getBytes(StandardCharsets.US_ASCII));
            vm.write(link, 0, ("newest is " + i).getBytes(StandardCharsets.US_ASCII));
            list.append("""
                    snapshot%1$d.uid = "%2$d"
                    snapshot%1$d.displayName = "s%2$d"
                    snapshot%1$d.numDisks = "1"
                    snapshot%1$d.disk0.fileName = "%3$s"
                    snapshot%1$d.disk0.node = "scsi0:0"
                    """.formatted(i - 1, i, disk));
            if (i > 1) {
                list.append("snapshot%d.parent = \"%d\"\n".formatted(i - 1, i - 1));
            }
            disk = link;
        }
        list.append("snapshot.lastUID = \"%1$d\"\nsnapshot.current = \"%1$d\"\nsnapshot.numSnapshots = \"%1$d\"\n"
                .formatted(COUNT));
        vm.put("web01.vmsd", list.toString());
        vm.put("web01.vmx", vm.text("web01.vmx").replace("\"web01.vmdk\"", "\"" + disk + "\""));
        return vm;
    }

    @Test
    void fiveHundredAreListedAndMerged() throws IOException {
        Vm vm = machine();
        byte[] content = vm.read("web01-%06d.vmdk".formatted(COUNT), CAPACITY);
        assertThat(VmFolder.snapshotsOf(vm.folder(), volume).snapshots()).hasSize(COUNT);

        Plan plan = vm.run(vm.planner().deleteAll(LinkSpace.KEEP));

        assertThat(plan.steps().stream().filter(FoldLinks.class::isInstance)).hasSize(4);
        assertThat(vm.read("web01.vmdk", CAPACITY)).isEqualTo(content);
        assertThat(vm.files()).noneMatch(name -> name.startsWith("web01-0"));
        assertThat(vm.tree().isEmpty()).isTrue();
    }
}
