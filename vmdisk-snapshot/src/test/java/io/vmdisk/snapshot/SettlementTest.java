package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A machine with one disk and the snapshots 1, 2, 3 in a row: web01.vmdk is what snapshot 1 froze, -000001 what 2 froze,
 * -000002 what 3 froze, and -000003 is written to.
 */
class SettlementTest {
    private Vm vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Vm.create(new MemoryVolume(), MemoryVolume.folder(), DiskFormat.MONOLITHIC_SPARSE);
        vm.snapshot("one");
        vm.snapshot("two");
        vm.snapshot("three");
    }

    /** What becomes of the disks when snapshots go that named these. */
    private String settle(Set<Long> gone, String... freed) throws IOException {
        VirtualMachine machine = vm.open();
        List<DiskNode> nodes = Arrays.stream(freed)
                .map(name -> machine.disks().all().stream()
                        .filter(node -> node.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
        Settlement settlement = Settlement.of(machine, gone, nodes);
        return "merge "
                + settlement.merges().stream()
                        .map(merge -> names(merge.links()) + " into " + shortName(merge.into()) + ", told to "
                                + names(merge.children()))
                        .toList()
                + " remove " + names(settlement.removed()) + " shared " + names(settlement.shared());
    }

    private static String names(Iterable<DiskNode> disks) {
        return java.util.stream.StreamSupport.stream(disks.spliterator(), false)
                .map(SettlementTest::shortName)
                .collect(Collectors.joining(" ", "(", ")"));
    }

    private static String shortName(DiskNode disk) {
        return disk.name().replace("web01-00000", "").replace("web01", "0").replace(".vmdk", "");
    }

    @Test
    void aSnapshotInTheMiddleTakesInWhatLiesOnItsDisk() throws IOException {
        assertThat(settle(Set.of(2L), "web01-000001.vmdk"))
                .isEqualTo("merge [(2) into 1, told to (3)] remove () shared ()");
    }

    @Test
    void theLastSnapshotTakesInWhatTheMachineWrites() throws IOException {
        assertThat(settle(Set.of(3L), "web01-000002.vmdk"))
                .isEqualTo("merge [(3) into 2, told to ()] remove () shared ()");
    }

    @Test
    void allOfThemBecomeOneDisk() throws IOException {
        assertThat(settle(Set.of(1L, 2L, 3L), "web01.vmdk", "web01-000001.vmdk", "web01-000002.vmdk"))
                .isEqualTo("merge [(3 2 1) into 0, told to ()] remove () shared ()");
    }

    @Test
    void neighboursThatGoAreMergedAtOnce() throws IOException {
        assertThat(settle(Set.of(2L, 3L), "web01-000001.vmdk", "web01-000002.vmdk"))
                .isEqualTo("merge [(3 2) into 1, told to ()] remove () shared ()");
    }

    @Test
    void theEndOfABranchIsRemovedAndNotMerged() throws IOException {
        vm.revert(2);

        assertThat(settle(Set.of(3L), "web01-000002.vmdk"))
                .endsWith("remove (2) shared ()")
                .startsWith("merge []");
    }

    @Test
    void aDiskOnWhichSeveralStatesStandStaysAsItIs() throws IOException {
        vm.revert(2);

        assertThat(settle(Set.of(2L), "web01-000001.vmdk"))
                .startsWith("merge [] remove ()")
                .endsWith("shared (1)");
    }

    @Test
    void whatIsStillNamedIsLeftAlone() throws IOException {
        assertThat(settle(Set.of())).isEqualTo("merge [] remove () shared ()");
    }
}
