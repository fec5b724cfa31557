package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Run;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Makes two table entries of a link name one place, knowing nothing of its format but how an entry looks. */
final class TableDamage {
    private TableDamage() {}

    /** Lets the second of two neighbours name the place of the first; returns the damaged file. */
    static Path oneGrainTwice(MemoryVolume volume, Path link) throws IOException {
        OpenOptions alone = OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.NONE);
        Run.Data run;
        int grain;
        try (VirtualDisk disk = VirtualDisk.open(link, alone)) {
            grain = disk.grainBytes(0);
            run = firstData(disk, 2L * grain);
        }
        ByteBuffer file = ByteBuffer.wrap(volume.bytes(run.file())).order(ByteOrder.LITTLE_ENDIAN);
        int damaged = 0;
        for (int at = 0; at + 16 <= file.capacity(); at += Integer.BYTES) {
            if (file.getInt(at) == run.at() / 512 && file.getInt(at + 4) == (run.at() + grain) / 512) {
                file.putInt(at + 4, file.getInt(at));
                damaged++;
            } else if (at % 8 == 0 && isSeSparsePair(file.getLong(at), file.getLong(at + 8)) && damaged == 0) {
                file.putLong(at + 8, file.getLong(at));
                damaged++;
            }
        }
        assertThat(damaged).isPositive();
        volume.put(run.file(), file.array());
        return run.file();
    }

    private static boolean isSeSparsePair(long one, long next) {
        return one >>> 60 == 3 && next == one + (1L << 48);
    }

    private static Run.Data firstData(VirtualDisk disk, long length) throws IOException {
        for (Run run : disk.runs(0, disk.capacity())) {
            if (run instanceof Run.Data data && data.length() >= length) {
                return data;
            }
        }
        throw new AssertionError("no run of " + length + " bytes in " + disk);
    }
}
