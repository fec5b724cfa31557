package io.vmdisk.guest.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.guest.GuestBytes;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes of all that a scan reads are changed at random: whatever comes of it, it ends, and in no raw exception. */
class HostileGuestTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("mke2fs", "mkfs.xfs", "mkntfs", "mkfs.fat", "mkfs.exfat", "sfdisk", "sgdisk");
    }

    /** Where checksums cover everything, a file system that is still handled must name the very same blocks. */
    @ParameterizedTest
    @CsvSource({
        "mke2fs -q -F -t ext4 -b 1024 -g 2048,32,300,true",
        "mke2fs -q -F -t ext2 -b 1024,32,300,false",
        "mke2fs -q -F -t ext4 -O bigalloc -b 1024 -O ^metadata_csum,32,200,false",
        "mkfs.xfs -q -f,300,40,true",
        "mkfs.xfs -q -f -m crc=0,300,30,false",
        "mkntfs -q -F -Q,32,200,false",
        "mkfs.fat -F 12,4,300,false",
        "mkfs.fat -F 32 -s 1,40,100,false",
        "mkfs.exfat -c 4096,32,200,false",
        "sgdisk -n 1:2048:10239 -n 2:20480:40959,32,400,false",
    })
    @Timeout(120)
    void endsInPlainWordsWhateverBytesChange(String command, long mebibytes, int tries, boolean checksums)
            throws Exception {
        try (GuestImage image = GuestImage.create(folder.resolve("guest.img"), mebibytes << 20)) {
            GuestImage.run((command + " " + image.path()).split(" "));
            List<long[]> metadata = new ArrayList<>();
            List<String> expected = free(new Changed(image, metadata, Map.of()));
            Random random = new Random(command.hashCode());
            for (int i = 0; i < tries; i++) {
                Map<Long, Byte> changes = new HashMap<>();
                for (int change = random.nextInt(3); change >= 0; change--) {
                    long[] range = metadata.get(random.nextInt(metadata.size()));
                    long at = range[0] + random.nextInt((int) Math.min(range[1], random.nextBoolean() ? 128 : 1 << 20));
                    changes.put(at, (byte) (random.nextBoolean() ? random.nextInt(256) : 1 << random.nextInt(8)));
                }
                List<String> found = new ArrayList<>(expected);
                assertThatCode(() -> {
                            try {
                                found.clear();
                                found.addAll(free(new Changed(image, new ArrayList<>(), changes)));
                            } catch (VmdiskException e) {
                                found.clear();
                            }
                        })
                        .as("changes %s", changes)
                        .doesNotThrowAnyException();
                if (checksums && !found.isEmpty()) {
                    assertThat(found).as("changes %s", changes).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    @Timeout(20)
    void stopsWhenCancelled() throws Exception {
        try (GuestImage image = GuestImage.create(folder.resolve("guest.img"), 32 << 20)) {
            GuestImage.run("mke2fs", "-q", "-F", image.path());
            int[] asked = {0};
            Progress progress = new Progress() {
                @Override
                public boolean cancelled() {
                    return ++asked[0] > 5;
                }
            };
            assertThatCode(() -> GuestScan.scan(image, progress)).isInstanceOf(OperationCancelledException.class);
        }
    }

    private static List<String> free(GuestBytes disk) throws IOException {
        List<String> found = new ArrayList<>();
        for (GuestPartition partition : GuestScan.scan(disk)) {
            if (partition.content() instanceof GuestFileSystem.Handled handled) {
                handled.space().walk((start, length) -> found.add(start + "+" + length));
            }
        }
        return found;
    }

    /** An image of which some bytes read otherwise; notes what is read. */
    private record Changed(GuestBytes base, List<long[]> reads, Map<Long, Byte> changes) implements GuestBytes {
        @Override
        public long size() {
            return base.size();
        }

        @Override
        public void read(long at, ByteBuffer into) throws IOException {
            int from = into.position();
            reads.add(new long[] {at, into.remaining()});
            base.read(at, into);
            changes.forEach((place, bits) -> {
                if (place >= at && place < at + into.position() - from) {
                    int index = (int) (place - at) + from;
                    into.put(index, (byte) (into.get(index) ^ bits));
                }
            });
        }
    }
}
