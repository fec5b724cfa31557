package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.Call;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thirty snapshots of four disks go in one pass: what is written is what they hold, each place once. */
class OnePassTest {
    private static final int DISKS = 4;
    private static final int SNAPSHOTS = 30;
    private static final int GRAIN = 64 << 10;
    private static final int GRAINS = 128;
    private static final int CAPACITY = GRAINS * GRAIN;

    /**
     * For each disk, whatever its size: three changes of a descriptor (20 sectors each, written beside it first where it
     * is embedded), marks, headers and a bitmap; for the machine the journal and three small texts, and a mark for each
     * step.
     */
    private static final long METADATA_OF_A_DISK = 128 << 10;

    private static final long METADATA_OF_A_MACHINE = 256 << 10;

    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE", "VMFS_THIN"})
    void writesWhatTheSnapshotsHoldOnce(DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        DiskFormat[] formats = new DiskFormat[DISKS];
        Arrays.fill(formats, format);
        Vm vm = Vm.create(volume, MemoryVolume.folder(), CAPACITY, formats);
        SplittableRandom random = new SplittableRandom(30);
        List<BitSet> held = new ArrayList<>();
        List<byte[]> content = new ArrayList<>();
        for (int disk = 0; disk < DISKS; disk++) {
            held.add(new BitSet());
            content.add(new byte[CAPACITY]);
        }
        for (int snapshot = 0; snapshot < SNAPSHOTS; snapshot++) {
            vm.snapshot("s" + snapshot);
            List<String> active = vm.active();
            for (int disk = 0; disk < DISKS; disk++) {
                try (VirtualDisk opened = VirtualDisk.open(
                        vm.folder().resolve(active.get(disk)),
                        OpenOptions.writable().withVolume(volume))) {
                    for (int write = 0; write < 4; write++) {
                        int grain = random.nextInt(GRAINS);
                        byte[] bytes = Patterns.random(random.nextLong(), GRAIN);
                        opened.write((long) grain * GRAIN, ByteBuffer.wrap(bytes));
                        System.arraycopy(bytes, 0, content.get(disk), grain * GRAIN, GRAIN);
                        held.get(disk).set(grain);
                    }
                }
            }
        }
        long distinct = held.stream().mapToLong(BitSet::cardinality).sum() * GRAIN;

        RecordingVolume recording = new RecordingVolume(volume);
        Vm recorded = new Vm(recording, MemoryVolume.folder());
        recorded.run(recorded.planner().deleteAll(LinkSpace.KEEP));

        long written = recording.log().stream()
                .filter(Call.Write.class::isInstance)
                .mapToLong(call -> ((Call.Write) call).bytes().length)
                .sum();
        assertThat(written)
                .isBetween(distinct, distinct + distinct / 50 + DISKS * METADATA_OF_A_DISK + METADATA_OF_A_MACHINE);
        for (int disk = 0; disk < DISKS; disk++) {
            assertThat(vm.read(vm.active().get(disk), CAPACITY)).isEqualTo(content.get(disk));
        }
        assertThat(vm.active()).noneMatch(name -> name.contains("-0000"));
    }

    /** Read, planned, locked, merged and removed: what one link costs does not depend on how many others there are. */
    @Test
    void looksAtEachLinkAsOftenInALongChainAsInAShortOne() throws IOException {
        int few = callsOfAMerge(4);
        int more = callsOfAMerge(8);
        int many = callsOfAMerge(16);

        assertThat((many - more) / 8.0).isLessThan(1.2 * (more - few) / 4.0);
    }

    private static int callsOfAMerge(int snapshots) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Vm vm = Vm.create(volume, MemoryVolume.folder(), GRAIN, DiskFormat.MONOLITHIC_SPARSE);
        for (int snapshot = 0; snapshot < snapshots; snapshot++) {
            vm.snapshot("s" + snapshot);
        }
        FaultVolume counted = FaultVolume.over(volume);
        Vm same = new Vm(counted, MemoryVolume.folder());
        same.run(same.planner().deleteAll(LinkSpace.KEEP));
        assertThat(vm.active()).noneMatch(name -> name.contains("-0000"));
        return counted.calls();
    }
}
