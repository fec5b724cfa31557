package io.vmdisk.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vmdisk.ByteRange;
import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiskHashTest {
    /** Six chunks and a bit: dense, holes, one chunk of nothing, one whose only byte is its last, and a short one. */
    private static final byte[] CONTENT = new byte[(6 << 20) + 1536];

    private static final Path PARTS = MemoryVolume.folder().resolve("parts");

    @BeforeAll
    static void fill() {
        System.arraycopy(Patterns.random(1, 1 << 20), 0, CONTENT, 0, 1 << 20);
        System.arraycopy(Patterns.mixed(2, 1 << 20), 0, CONTENT, 1 << 20, 1 << 20);
        CONTENT[(4 << 20) - 1] = 1;
        System.arraycopy(Patterns.mixed(3, 700_000), 0, CONTENT, (4 << 20) + 300_000, 700_000);
        CONTENT[CONTENT.length - 1] = 9;
    }

    private static String root(HashedDisk made) throws IOException {
        try (VirtualDisk disk = made.open()) {
            return new DiskHash(3, Progress.NONE).treeRoot(disk);
        }
    }

    @ParameterizedTest
    @EnumSource(value = DiskFormat.class, mode = EnumSource.Mode.EXCLUDE, names = "STREAM_OPTIMIZED")
    void theTreeIsThatOfTheContentWhateverTheFormat(DiskFormat format) throws Exception {
        HashedDisk made = HashedDisk.of(format, CONTENT);

        assertThat(root(made)).isEqualTo(made.expectedRoot());
    }

    @Test
    void theTreeOfAChainIsThatOfItsContent() throws Exception {
        HashedDisk made = HashedDisk.chain(CONTENT);

        assertThat(root(made)).isEqualTo(made.expectedRoot());
    }

    /** Written down once: a later version must not say anything else of the same bytes. */
    @Test
    void theTreeHasAVersionThatStands() throws Exception {
        byte[] content = new byte[3 << 20];
        content[0] = 1;
        content[content.length - 1] = 2;

        assertThat(root(HashedDisk.of(DiskFormat.RAW, content)))
                .isEqualTo(HashedDisk.of(DiskFormat.VMFS_THIN, content).expectedRoot())
                .isEqualTo("e0c2398e2f6c37c7bac24a906862094ee20ad385601ff95d8a119ab737a4d2b0");
    }

    @Test
    void digestsAreThoseOfARawImageAlsoOfAPart() throws Exception {
        HashedDisk made = HashedDisk.chain(CONTENT);
        int from = 777;
        int to = CONTENT.length - 333;

        try (VirtualDisk disk = made.open()) {
            DiskHash hash = new DiskHash(4, Progress.NONE);
            Map<HashAlgorithm, String> all =
                    hash.sequential(disk, new ByteRange(0, CONTENT.length), List.of(HashAlgorithm.values()));
            Map<HashAlgorithm, String> part =
                    hash.sequential(disk, new ByteRange(from, to - from), List.of(HashAlgorithm.SHA256));
            Map<HashAlgorithm, String> nothing =
                    hash.sequential(disk, new ByteRange(CONTENT.length, 0), List.of(HashAlgorithm.SHA256));

            assertThat(all)
                    .containsEntry(HashAlgorithm.MD5, made.expected("MD5", 0, CONTENT.length))
                    .containsEntry(HashAlgorithm.SHA1, made.expected("SHA-1", 0, CONTENT.length))
                    .containsEntry(HashAlgorithm.SHA256, made.expected("SHA-256", 0, CONTENT.length))
                    .containsEntry(HashAlgorithm.SHA512, made.expected("SHA-512", 0, CONTENT.length));
            assertThat(part).containsEntry(HashAlgorithm.SHA256, made.expected("SHA-256", from, to));
            assertThat(nothing).containsEntry(HashAlgorithm.SHA256, made.expected("SHA-256", 0, 0));
        }
    }

    @Test
    void progressAddsUpToTheRange() throws IOException {
        AtomicLong told = new AtomicLong();
        Progress progress = new Progress() {
            @Override
            public void advance(long bytes) {
                told.addAndGet(bytes);
            }
        };
        try (VirtualDisk disk = HashedDisk.of(DiskFormat.SE_SPARSE, CONTENT).open()) {
            new DiskHash(2, progress).treeRoot(disk);
            assertThat(told.getAndSet(0)).isEqualTo(CONTENT.length);
            new DiskHash(2, progress).sequential(disk, new ByteRange(512, 3 << 20), List.of(HashAlgorithm.MD5));
            assertThat(told).hasValue(3 << 20);
        }
    }

    /** 62 TiB with three sectors of data: the tables alone are walked. */
    @Test
    void zerosOfAHugeDiskAreNeverRead() throws Exception {
        MemoryVolume volume = new MemoryVolume();
        Path path = MemoryVolume.folder().resolve("huge.vmdk");
        long capacity = 62L << 40;
        StagedDisk.createEmpty(path, CreateSpec.of(DiskFormat.VMFS_THIN, capacity), volume, Progress.NONE);
        OpenOptions options = OpenOptions.writable().withVolume(volume);
        try (VirtualDisk disk = VirtualDisk.open(path, options)) {
            for (long at : new long[] {512, 31L << 40, capacity - 512}) {
                disk.write(at, ByteBuffer.wrap(Patterns.random(at, 512)));
            }
        }
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try (VirtualDisk disk = VirtualDisk.open(path, options.withAccess(OpenOptions.Access.READ))) {
                assertThat(new DiskHash(2, Progress.NONE).treeRoot(disk)).hasSize(64);
                assertThat(DiskSplits.of(disk, 1 << 20)).hasSizeLessThanOrEqualTo(3);
            }
        });
    }

    private static Path writePart(HashedDisk made, VirtualDisk disk, ByteRange range, String name) throws IOException {
        Path path = PARTS.resolve(name);
        try (TreePart.Writer writer = new TreePart.Writer(path, made.volume(), disk.capacity(), range)) {
            new DiskHash(2, Progress.NONE).tree(disk, range, writer);
            writer.finish();
        }
        return path;
    }

    private static List<Path> shards(HashedDisk made, int count) throws IOException {
        made.volume().createFolder(PARTS);
        List<Path> parts = new ArrayList<>();
        try (VirtualDisk disk = made.open()) {
            for (int number = 1; number <= count; number++) {
                ByteRange range = DiskSplits.shard(disk, number, count).range();
                parts.add(writePart(made, disk, range, "part" + number));
            }
        }
        return parts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 64})
    void anyNumberOfShardsJoinsToTheSameRoot(int count) throws Exception {
        HashedDisk made = HashedDisk.chain(CONTENT);
        List<Path> parts = shards(made, count);
        Collections.shuffle(parts, new Random(count));

        TreePart.Joined joined = TreePart.join(parts, made.volume());

        assertThat(joined.root()).isEqualTo(made.expectedRoot());
        assertThat(joined.capacity()).isEqualTo(CONTENT.length);
        assertThat(made.volume().openFiles()).isEmpty();
    }

    @Test
    void aRunThatWasKilledLeavesNoPartAndCanBeRepeated() throws Exception {
        HashedDisk made = HashedDisk.of(DiskFormat.VMFS_THIN, CONTENT);
        made.volume().createFolder(PARTS);
        Path path = PARTS.resolve("part");
        ByteRange whole = new ByteRange(0, CONTENT.length);
        Progress cancelled = new Progress() {
            @Override
            public boolean cancelled() {
                return true;
            }
        };
        try (VirtualDisk disk = made.open()) {
            try (TreePart.Writer writer = new TreePart.Writer(path, made.volume(), CONTENT.length, whole)) {
                assertThatThrownBy(() -> new DiskHash(1, cancelled).tree(disk, whole, writer))
                        .isInstanceOf(OperationCancelledException.class);
            }
            assertThat(made.volume().list(PARTS)).isEmpty();
            made.volume().put(PARTS.resolve("part.vmdisk-new"), "half of a part".getBytes(StandardCharsets.US_ASCII));

            writePart(made, disk, whole, "part");

            assertThat(made.volume().list(PARTS)).containsExactly(path);
            assertThat(TreePart.join(List.of(path), made.volume()).root()).isEqualTo(made.expectedRoot());
            assertThatThrownBy(() -> writePart(made, disk, whole, "part")).hasMessageContaining("is there already");
        }
    }

    @Test
    void ofTwoWhoMakeOnePartOneIsRefusedAndTheOtherOnesIsWhole() throws Exception {
        HashedDisk made = HashedDisk.of(DiskFormat.VMFS_THIN, CONTENT);
        made.volume().createFolder(PARTS);
        Path path = PARTS.resolve("part");
        ByteRange whole = new ByteRange(0, CONTENT.length);

        try (VirtualDisk disk = made.open();
                TreePart.Writer first = new TreePart.Writer(path, made.volume(), CONTENT.length, whole)) {
            assertThatThrownBy(() -> writePart(made, disk, whole, "part"))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("another vmdisk");
            new DiskHash(1, Progress.NONE).tree(disk, whole, first);
            first.finish();
        }

        assertThat(made.volume().list(PARTS)).containsExactly(path);
        assertThat(TreePart.join(List.of(path), made.volume()).root()).isEqualTo(made.expectedRoot());
    }

    @Test
    void partsThatAreMissingOrTooManyAreNamed() throws Exception {
        HashedDisk made = HashedDisk.of(DiskFormat.VMFS_THIN, CONTENT);
        List<Path> parts = shards(made, 3);

        for (int missing = 0; missing < 3; missing++) {
            List<Path> rest = new ArrayList<>(parts);
            rest.remove(missing);
            assertThatThrownBy(() -> TreePart.join(rest, made.volume()))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("no part has the bytes from");
        }
        List<Path> twice = new ArrayList<>(parts);
        twice.add(parts.get(1));
        assertThatThrownBy(() -> TreePart.join(twice, made.volume())).hasMessageContaining("another part has");
        assertThat(made.volume().openFiles()).isEmpty();
    }

    /** Cut anywhere, or with any byte changed, a part is refused or, where the change is none, taken. */
    @Test
    void aPartThatWasCutOrChangedIsRefused() throws Exception {
        HashedDisk made = HashedDisk.of(DiskFormat.VMFS_THIN, CONTENT);
        Path part = shards(made, 1).get(0);
        byte[] whole = made.volume().bytes(part);
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            for (byte[] bytes : List.of(changed, Arrays.copyOf(whole, at))) {
                made.volume().put(part, bytes);
                assertThatThrownBy(() -> TreePart.join(List.of(part), made.volume()))
                        .as("byte " + at)
                        .isInstanceOfAny(MalformedFileException.class, UnsafeStateException.class);
            }
        }
        made.volume().put(part, Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> TreePart.join(List.of(part), made.volume()))
                .isInstanceOf(MalformedFileException.class);
    }
}
