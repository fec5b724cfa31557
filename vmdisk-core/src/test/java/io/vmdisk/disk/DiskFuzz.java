package io.vmdisk.disk;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.plan.Repair;
import io.vmdisk.repair.DiskSalvage;
import io.vmdisk.repair.LeakRepair;
import io.vmdisk.repair.TableRepair;
import io.vmdisk.testkit.ByteEdits;
import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A damaged disk of any format: it is opened, mapped, read, checked, written, repaired and salvaged. The first byte of an
 * input chooses a sound disk, the second one of its files, the rest changes that file.
 */
public final class DiskFuzz implements FuzzTarget {
    private static final int CAPACITY = 300_032;
    private static final int EDITED = 2;

    private final List<MemoryVolume> sound = new ArrayList<>();

    /** Makes the sound disks. */
    public DiskFuzz() throws IOException {
        for (DiskFormat format : List.of(
                DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE, DiskFormat.TWO_GB_SPARSE)) {
            sound.add(TestDisks.of(format, CAPACITY));
        }
        sound.add(TestDisks.stream(CAPACITY));
        sound.add(TestDisks.over(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE, CAPACITY));
        sound.add(TestDisks.of(DiskFormat.TWO_GB_FLAT, CAPACITY));
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < sound.size(); i++) {
            seeds.add(new byte[] {(byte) i, 0, 0, 0, 1, 3, 0, 0, 0, 0});
            seeds.add(new byte[] {(byte) i, 1, 0, 0, 4, 7, -1, -1, -1, -1, 0, 1, 0, 1});
        }
        return seeds;
    }

    @Override
    public void run(byte[] input) throws IOException {
        if (input.length < EDITED) {
            return;
        }
        MemoryVolume damaged = sound.get((input[0] & 0xFF) % sound.size()).copy();
        List<Path> files = damaged.files();
        Path file = files.get((input[1] & 0xFF) % files.size());
        damaged.put(file, ByteEdits.apply(damaged.bytes(file), ByteBuffer.wrap(input, EDITED, input.length - EDITED)));
        DamageTrial.reads(damaged.copy());
        answered(() -> repair(damaged.copy()));
        OpenOptions salvaged = OpenOptions.readOnly().withVolume(damaged.copy());
        answered(() -> new DiskSalvage(TestDisks.DISK, salvaged, Progress.NONE)
                .into(TestDisks.DISK.resolveSibling("saved.vmdk"), DiskFormat.MONOLITHIC_SPARSE));
    }

    private static void repair(MemoryVolume volume) throws IOException {
        OpenOptions options = OpenOptions.writable().withVolume(volume);
        for (Repair repair : List.of(TableRepair.of(TestDisks.DISK, options), LeakRepair.of(TestDisks.DISK, options))) {
            if (!repair.isEmpty()) {
                repair.execute(Progress.NONE);
            }
        }
        DamageTrial.reads(volume);
    }

    private interface Call {
        void run() throws IOException;
    }

    /** A refusal of ours is an answer; the rest is not. */
    private static void answered(Call call) throws IOException {
        try {
            call.run();
        } catch (VmdiskException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("an error without a text", e);
            }
        }
    }
}
