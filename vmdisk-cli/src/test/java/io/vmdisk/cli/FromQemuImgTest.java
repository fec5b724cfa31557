package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Runs each pair of lines of docs/from-qemu-img.md, and compares how they end and what they make. */
@Tag("long")
class FromQemuImgTest {
    private static final Path PAGE = ProcessRun.ROOT.resolve("docs/from-qemu-img.md");
    private static final Pattern BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final int CAPACITY = 8 << 20;
    private static final long LARGE = 1L << 40;
    private static final int END = 64 << 20;
    private static final Set<String> ENDINGS = Set.of("vmdk", "raw", "qcow2", "vhdx", "vhd");

    static final List<Pair> PAIRS = pairs();

    @TempDir
    static Path shared;

    @TempDir
    Path temp;

    /** A line of qemu-img and ours. */
    record Pair(String theirs, String ours) {}

    private static List<Pair> pairs() {
        try {
            List<Pair> all = new ArrayList<>();
            Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
            while (blocks.find()) {
                for (String pair : blocks.group(1).strip().split("\n\n")) {
                    String[] lines = pair.split("\n");
                    assertThat(lines).hasSize(2);
                    assertThat(lines[0]).startsWith("qemu-img ");
                    assertThat(lines[1]).startsWith("vmdisk ");
                    all.add(new Pair(lines[0], lines[1]));
                }
            }
            return all;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void thePageHasManyPairs() {
        assertThat(PAIRS).hasSizeGreaterThan(25);
    }

    @BeforeAll
    static void makeTheScene() throws IOException {
        Qemu.assumePresent();
        Path folder = shared;
        disk(folder.resolve("disk.vmdk"), DiskFormat.MONOLITHIC_SPARSE, null, 1);
        disk(folder.resolve("other.vmdk"), DiskFormat.MONOLITHIC_SPARSE, null, 2);
        disk(folder.resolve("flat.vmdk"), DiskFormat.MONOLITHIC_FLAT, null, 3);
        disk(folder.resolve("base.vmdk"), DiskFormat.MONOLITHIC_SPARSE, null, 4);
        disk(folder.resolve("delta.vmdk"), DiskFormat.MONOLITHIC_SPARSE, folder.resolve("base.vmdk"), 5);
        StagedDisk.createEmpty(
                folder.resolve("old.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), Progress.NONE);
        Qemu.toRaw("vmdk", folder.resolve("disk.vmdk"), folder.resolve("disk.raw"));
    }

    private static Path scene(Path folder) throws IOException {
        Files.createDirectory(folder);
        try (Stream<Path> files = Files.list(shared)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return folder;
    }

    private static void disk(Path disk, DiskFormat format, @Nullable Path parent, int seed) throws IOException {
        CreateSpec spec = CreateSpec.of(format, CAPACITY);
        StagedDisk.createEmpty(disk, parent == null ? spec : spec.withParent(parent), Progress.NONE);
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable())) {
            open.write((seed % 3) << 20, ByteBuffer.wrap(Patterns.random(seed, 1 << 20)));
            open.write(5 << 20, ByteBuffer.wrap(Patterns.random(seed + 10, 100_000)));
        }
    }

    @ParameterizedTest
    @FieldSource("PAIRS")
    void endsAlikeAndMakesTheSame(Pair pair) throws IOException {
        Path theirs = scene(temp.resolve("theirs"));
        Path ours = scene(temp.resolve("ours"));

        Command.Result them = Command.run(theirs, List.of(pair.theirs().split(" ")));
        CommandLineRun we = CommandLineRun.of(words(pair.ours(), ours));

        assertThat(we.exitCode()).as(we.err()).isEqualTo(them.exitCode());
        for (String name : List.of(
                "new.vmdk", "new.raw", "new.qcow2", "new.vhdx", "new.vhd", "old.vmdk", "base.vmdk", "disk.raw")) {
            boolean made = Files.exists(ours.resolve(name));
            assertThat(made || folds(pair)).as(name).isEqualTo(Files.exists(theirs.resolve(name)) || folds(pair));
            if (made && Files.exists(theirs.resolve(name)) && !(isAsBefore(theirs, name) && isAsBefore(ours, name))) {
                String format = name.endsWith("vhd") ? "vpc" : name.substring(name.lastIndexOf('.') + 1);
                assertThat(areTheSame(format, ours.resolve(name), theirs.resolve(name)))
                        .as(name)
                        .isTrue();
            }
        }
    }

    /**
     * Whether QEMU reads both alike. It looks at each cluster of a disk, which takes a minute for a TiB of nothing: of one as
     * large as that, vmdisk compares all and QEMU the ends.
     */
    private static boolean areTheSame(String format, Path one, Path other) throws IOException {
        long capacity = format.equals("vmdk") ? capacity(one) : 0;
        if (capacity < LARGE) {
            return Qemu.tryImg("compare", "-f", format, "-F", format, one, other)
                            .exitCode()
                    == 0;
        }
        return capacity(other) == capacity
                && CommandLineRun.of("compare", one, other).exitCode() == 0
                && endsAreTheSame(one, other, 0)
                && endsAreTheSame(one, other, capacity - END);
    }

    private static boolean endsAreTheSame(Path one, Path other, long at) throws IOException {
        String end = "driver=raw,offset=" + at + ",size=" + END + ",file.driver=vmdk,file.file.filename=";
        return Qemu.tryImg("compare", "--image-opts", end + one, end + other).exitCode() == 0;
    }

    private static long capacity(Path disk) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(disk)) {
            return open.capacity();
        }
    }

    private static boolean isAsBefore(Path folder, String name) throws IOException {
        return Files.exists(shared.resolve(name)) && Files.mismatch(shared.resolve(name), folder.resolve(name)) == -1;
    }

    /** Of a chain that becomes one disk qemu-img leaves the emptied links. */
    private static boolean folds(Pair pair) {
        return pair.ours().contains("consolidate");
    }

    private static Object[] words(String line, Path folder) {
        List<Object> words = new ArrayList<>();
        for (String word : line.substring("vmdisk ".length()).split(" ")) {
            boolean raw = word.startsWith("raw:");
            String name = raw ? word.substring(4) : word;
            boolean isFile = ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1)) && name.contains(".");
            words.add(isFile ? (raw ? "raw:" : "") + folder.resolve(name) : word);
        }
        return words.toArray();
    }
}
