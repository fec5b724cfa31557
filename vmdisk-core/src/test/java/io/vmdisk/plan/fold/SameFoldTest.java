package io.vmdisk.plan.fold;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.vmdisk.Progress;
import io.vmdisk.Sector;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.LongChain;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same links make the same files of a disk, byte for byte, however many threads merge them. */
class SameFoldTest {
    private static final int CAPACITY = 16 << 20;
    private static final int WRITES = 3 << 20;
    private static final int LINKS = 5;
    private static final int[] THREADS = {1, 2, 8, 8, 2};

    private final MemoryVolume volume = new MemoryVolume();

    /** How the links' space is treated. */
    private enum Space {
        KEPT,
        GIVEN_BACK,
        SHARED
    }

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, KEPT",
        "MONOLITHIC_SPARSE, SE_SPARSE, GIVEN_BACK",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, SHARED",
        "TWO_GB_SPARSE, TWO_GB_SPARSE, KEPT",
        "VMFS_SPARSE, VMFS_SPARSE, KEPT",
        "VMFS_SPARSE, SE_SPARSE, GIVEN_BACK",
        "SE_SPARSE, SE_SPARSE, KEPT",
        "SE_SPARSE, VMFS_SPARSE, GIVEN_BACK",
        "SE_SPARSE, SE_SPARSE, SHARED",
        "VMFS_THIN, VMFS_SPARSE, KEPT"
    })
    void makesOneFileWhateverTheThreads(DiskFormat base, DiskFormat link, Space space) throws IOException {
        LongChain chain = LongChain.make(volume, base, link, LINKS, CAPACITY, WRITES);
        if (space == Space.SHARED) {
            volume.sharing();
        }

        Set<String> digests = new HashSet<>();
        for (int threads : THREADS) {
            MemoryVolume files = volume.copy();
            if (space == Space.GIVEN_BACK) {
                files.leaveFree(3 << 20);
            }
            fold(chain.base(), files, space, threads);
            chain.verify(files, chain.base(), threads + " threads");
            digests.add(digest(files));
        }

        assertThat(digests).hasSize(1);
    }

    /** Into the lowest link, which has a parent and so has to hide what that holds. */
    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, KEPT",
        "VMFS_THIN, VMFS_SPARSE, KEPT",
        "VMFS_THIN, SE_SPARSE, GIVEN_BACK"
    })
    void makesOneLinkWhateverTheThreads(DiskFormat base, DiskFormat link, Space space) throws IOException {
        LongChain chain = LongChain.make(volume, base, link, LINKS, CAPACITY, WRITES);

        Set<String> digests = new HashSet<>();
        for (int threads : THREADS) {
            MemoryVolume files = volume.copy();
            fold(link(1), files, space, threads);
            chain.verify(files, link(1), threads + " threads");
            digests.add(digest(files));
        }

        assertThat(digests).hasSize(1);
    }

    /** Tables that a foreign file lacks are made in the order of the disk too. */
    @Test
    void makesMissingTablesInOrderWhateverTheThreads() throws IOException {
        long capacity = 320L << 20;
        Path base = MemoryVolume.folder().resolve("web.vmdk");
        CreateSpec spec = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, capacity);
        StagedDisk.createEmpty(base, spec, volume, Progress.NONE);
        StagedDisk.createEmpty(link(1), spec.withParent(base), volume, Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(link(1), OpenOptions.writable().withVolume(volume))) {
            for (long at = 0; at < capacity; at += 16 << 20) {
                disk.write(at, ByteBuffer.wrap(Patterns.random(at, 96 << 10)));
            }
        }
        loseTables(base, (int) (capacity >> 25));

        Set<String> digests = new HashSet<>();
        for (int threads : THREADS) {
            MemoryVolume files = volume.copy();
            new DiskFold(List.of(link(1)), base, capacity, files, Progress.NONE, threads).keeping();
            digests.add(digest(files));
        }

        assertThat(digests).hasSize(1);
    }

    /** Both directories of a hosted file name none any more. */
    private void loseTables(Path base, int tables) throws IOException {
        byte[] bytes = volume.bytes(base);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int field : new int[] {48, 56}) {
            int directory = (int) file.getLong(field) * Sector.BYTES;
            for (int table = 0; table < tables; table++) {
                file.putInt(directory + table * Integer.BYTES, 0);
            }
        }
        volume.put(base, bytes);
    }

    private static void fold(Path into, MemoryVolume files, Space space, int threads) throws IOException {
        List<Path> links = new ArrayList<>();
        for (int i = LINKS; i > 0 && !link(i).equals(into); i--) {
            links.add(link(i));
        }
        DiskFold fold = new DiskFold(links, into, CAPACITY, files, Progress.NONE, threads);
        if (space == Space.GIVEN_BACK) {
            fold.givingBack(0, position -> {});
        } else {
            fold.keeping();
        }
    }

    private static Path link(int number) {
        return MemoryVolume.folder().resolve("web-%06d.vmdk".formatted(number));
    }

    private static String digest(MemoryVolume files) throws IOException {
        Hasher hasher = Hashing.sha256().newHasher();
        for (Path file : new TreeSet<>(files.files())) {
            byte[] bytes = files.bytes(file);
            hasher.putUnencodedChars(file.toString()).putInt(bytes.length).putBytes(bytes);
        }
        return hasher.hash().toString();
    }
}
