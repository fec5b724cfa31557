package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.BrokenChainException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parents are found, checked and reported alike on the default file system and on others with Unix and Windows rules. */
class ChainTest {
    private static final int CAPACITY = 400 * 512;

    private @Nullable Path root;
    private @Nullable FileSystem memory;

    /** Where the files lie. */
    enum Place {
        DEFAULT,
        UNIX,
        WINDOWS
    }

    private Path folder(Place place) throws IOException {
        if (place == Place.DEFAULT) {
            root = Files.createTempDirectory("vmdisk");
            return Files.createDirectory(root.resolve("vm"));
        }
        memory = Jimfs.newFileSystem(place == Place.UNIX ? Configuration.unix() : Configuration.windows());
        return Files.createDirectories(memory.getPath(place == Place.UNIX ? "/data/vm" : "C:\\data\\vm"));
    }

    @AfterEach
    void clean() throws IOException {
        if (root != null) {
            MoreFiles.deleteRecursively(root, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        if (memory != null) {
            memory.close();
        }
    }

    private static void create(Path path, CreateSpec spec) throws IOException {
        TestDisks.create(Volume.system(), path, spec);
    }

    private static CreateSpec sparse(int capacity) {
        return TestDisks.small(DiskFormat.MONOLITHIC_SPARSE, capacity);
    }

    private static void write(Path disk, int at, byte[] bytes) throws IOException {
        OpenOptions options = OpenOptions.writable().withPermission(OpenOptions.Permission.KEEP_CONTENT_ID);
        try (VirtualDisk opened = VirtualDisk.open(disk, options)) {
            opened.write(at, ByteBuffer.wrap(bytes));
        }
    }

    private static byte[] read(Path disk, OpenOptions options) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, options)) {
            DiskContent.assertRunsAgree(opened);
            return DiskContent.of(opened);
        }
    }

    private static byte[] read(Path disk) throws IOException {
        return read(disk, OpenOptions.readOnly());
    }

    /** A flat base and a split child over it, so that descriptors are texts of their own. */
    private static Path textChain(Path folder) throws IOException {
        Path base = folder.resolve("base.vmdk");
        create(base, CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY));
        write(base, 0, Patterns.filled(0x11, CAPACITY));
        Path child = folder.resolve("child.vmdk");
        create(child, TestDisks.small(DiskFormat.TWO_GB_SPARSE, CAPACITY).withParent(base));
        write(child, 10_000, Patterns.filled(0x22, 18_000));
        return child;
    }

    private static byte[] expected() {
        byte[] content = Patterns.filled(0x11, CAPACITY);
        Arrays.fill(content, 10_000, 28_000, (byte) 0x22);
        return content;
    }

    private static void edit(Path descriptor, String pattern, String replacement) throws IOException {
        String text = Files.readString(descriptor, StandardCharsets.UTF_8);
        assertThat(text).containsPattern("(?m)" + pattern);
        Files.writeString(descriptor, text.replaceAll("(?m)" + pattern, replacement));
    }

    private static void hint(Path descriptor, String hint) throws IOException {
        edit(descriptor, "^parentFileNameHint=.*$", "parentFileNameHint=\"" + hint.replace("\\", "\\\\") + "\"");
    }

    @ParameterizedTest
    @EnumSource
    void findsAParentWhateverPathItsChildRemembers(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        for (String hint : new String[] {
            "base.vmdk",
            "./base.vmdk",
            "../vm/base.vmdk",
            "C:\\Users\\me\\Virtual Machines\\vm\\base.vmdk",
            "/vmfs/volumes/5f0c1a2b-11223344-5566-778899aabbcc/vm/base.vmdk",
            "[datastore1] vm/base.vmdk",
            "\\\\server\\share\\vm\\base.vmdk",
            folder.resolve("base.vmdk").toString()
        }) {
            hint(child, hint);
            assertThat(read(child)).as(hint).isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsAParentInAFolderBesideThatMovedAlong(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        Path template = Files.createDirectory(folder.resolveSibling("template"));
        Files.move(folder.resolve("base.vmdk"), template.resolve("base.vmdk"));
        Files.move(folder.resolve("base-flat.vmdk"), template.resolve("base-flat.vmdk"));
        for (String hint : new String[] {"../template/base.vmdk", "/vmfs/volumes/old/template/base.vmdk"}) {
            hint(child, hint);
            assertThat(read(child)).as(hint).isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @EnumSource
    void showsTheTreeWhenAParentIsMissing(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        Path top = folder.resolve("top.vmdk");
        create(top, sparse(CAPACITY).withParent(child));
        Files.delete(folder.resolve("base.vmdk"));

        assertThatThrownBy(() -> VirtualDisk.open(top))
                .isInstanceOf(BrokenChainException.class)
                .hasMessageContaining("base.vmdk")
                .hasMessageContaining("  top.vmdk  CID ")
                .hasMessageContaining("└ child.vmdk  CID ")
                .hasMessageContaining(CAPACITY + " bytes")
                .hasMessageContaining("└ broken here: ");
    }

    @ParameterizedTest
    @EnumSource
    void opensUpToTheBreakOnTheUsersWordOnly(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        Files.delete(folder.resolve("base.vmdk"));
        OpenOptions upToBreak = OpenOptions.readOnly().withParents(OpenOptions.Parents.UP_TO_BREAK);
        byte[] expected = expected();
        // What the grains of the child got from the parent stays known.
        Arrays.fill(expected, 0, 8192, (byte) 0);
        Arrays.fill(expected, 32_768, CAPACITY, (byte) 0);

        try (VirtualDisk disk = VirtualDisk.open(child, upToBreak)) {
            assertThat(disk.chain().isWhole()).isFalse();
            assertThat(disk.chain().broken()).extracting(ChainBreak::kind).isEqualTo(ChainBreak.Kind.MISSING);
            assertThat(DiskContent.of(disk)).isEqualTo(expected);
        }
        assertThatThrownBy(() -> VirtualDisk.open(child, upToBreak.withAccess(OpenOptions.Access.WRITE)))
                .isInstanceOf(UnsafeStateException.class);
    }

    @ParameterizedTest
    @EnumSource
    void opensUpToALinkWhoseExtentIsMissing(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        Files.delete(folder.resolve("base-flat.vmdk"));

        assertThatThrownBy(() -> VirtualDisk.open(child))
                .isInstanceOf(BrokenChainException.class)
                .hasMessageContaining("base-flat.vmdk")
                .hasMessageContaining("└ base.vmdk  CID ");
        OpenOptions upToBreak = OpenOptions.readOnly().withParents(OpenOptions.Parents.UP_TO_BREAK);
        try (VirtualDisk disk = VirtualDisk.open(child, upToBreak)) {
            assertThat(disk.links()).hasSize(1);
            assertThat(disk.chain().describe()).contains("broken here", "base-flat.vmdk");
            byte[] found = new byte[9000];
            disk.read(10_000, ByteBuffer.wrap(found));
            assertThat(found).isEqualTo(Patterns.filled(0x22, 9000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAParentThatChanged(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        edit(folder.resolve("base.vmdk"), "^CID=.*$", "CID=0badcafe");

        assertThatThrownBy(() -> VirtualDisk.open(child))
                .isInstanceOf(BrokenChainException.class)
                .hasMessageContaining("0badcafe")
                .hasMessageContaining("broken here");
        assertThat(read(child, OpenOptions.readOnly().withParents(OpenOptions.Parents.IGNORE_CONTENT_ID)))
                .isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void prefersThePlaceWhoseContentIdFits(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        Path wrong = Files.createDirectory(folder.resolve("sub"));
        create(wrong.resolve("base.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY));
        edit(wrong.resolve("base.vmdk"), "^CID=.*$", "CID=0badcafe");
        hint(child, "sub/base.vmdk");

        assertThat(read(child)).isEqualTo(expected());
    }

    @ParameterizedTest
    @EnumSource
    void takesTheParentThatIsNamedInPlaceOfTheHint(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        Path away = Files.createDirectory(folder.resolveSibling("elsewhere"));
        Files.move(folder.resolve("base.vmdk"), away.resolve("renamed.vmdk"));
        Files.move(folder.resolve("base-flat.vmdk"), away.resolve("base-flat.vmdk"));

        assertThat(read(child, OpenOptions.readOnly().withParent(away.resolve("renamed.vmdk"))))
                .isEqualTo(expected());
        edit(away.resolve("renamed.vmdk"), "^CID=.*$", "CID=0badcafe");
        assertThatThrownBy(
                        () -> VirtualDisk.open(child, OpenOptions.readOnly().withParent(away.resolve("renamed.vmdk"))))
                .isInstanceOf(BrokenChainException.class);
    }

    @ParameterizedTest
    @EnumSource
    void reportsALoop(Place place) throws IOException {
        Path folder = folder(place);
        Path child = textChain(folder);
        String childId =
                DiskChain.of(child, OpenOptions.readOnly()).top().contentId().toString();
        edit(
                folder.resolve("base.vmdk"),
                "^parentCID=.*$",
                "parentCID=" + childId + "\nparentFileNameHint=\"child.vmdk\"");

        for (String name : new String[] {"child.vmdk", "base.vmdk"}) {
            assertThatThrownBy(() -> VirtualDisk.open(folder.resolve(name)))
                    .isInstanceOf(BrokenChainException.class)
                    .hasMessageContaining("one of the links above it");
        }
        hint(child, "child.vmdk");
        edit(child, "^parentCID=.*$", "parentCID=" + childId);
        assertThatThrownBy(() -> VirtualDisk.open(child))
                .isInstanceOf(BrokenChainException.class)
                .hasMessageContaining("one of the links above it");
    }

    @ParameterizedTest
    @EnumSource
    void readsZerosWhereAParentIsSmallerAndHidesWhatALargerOneHasMore(Place place) throws IOException {
        Path folder = folder(place);
        Path base = folder.resolve("base.vmdk");
        create(base, sparse(CAPACITY));
        write(base, 0, Patterns.filled(0x11, CAPACITY));
        Path large = folder.resolve("large.vmdk");
        create(large, sparse(2 * CAPACITY).withParent(base));
        // The grain at the parent's end is filled from both.
        write(large, CAPACITY + 10, Patterns.filled(0x22, 10));
        Path small = folder.resolve("small.vmdk");
        create(small, sparse(CAPACITY / 2).withParent(large));
        Path again = folder.resolve("again.vmdk");
        create(again, sparse(2 * CAPACITY).withParent(small));

        byte[] expected = Arrays.copyOf(Patterns.filled(0x11, CAPACITY), 2 * CAPACITY);
        Arrays.fill(expected, CAPACITY + 10, CAPACITY + 20, (byte) 0x22);
        assertThat(read(large)).isEqualTo(expected);
        assertThat(read(small)).isEqualTo(Arrays.copyOf(expected, CAPACITY / 2));
        byte[] cut = Arrays.copyOf(Arrays.copyOf(expected, CAPACITY / 2), 2 * CAPACITY);
        assertThat(read(again)).isEqualTo(cut);
    }

    @ParameterizedTest
    @EnumSource
    void readsAndWritesThirtyLinksOfAnyFormat(Place place) throws IOException {
        DiskFormat[] formats = {
            DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.TWO_GB_SPARSE
        };
        Path folder = folder(place);
        byte[] expected = new byte[CAPACITY];
        Path disk = folder.resolve("link0.vmdk");
        create(disk, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY));
        for (int depth = 1; depth <= 30; depth++) {
            byte[] bytes = Patterns.random(depth, 3000 + 100 * depth);
            int at = (depth * 6007) % (CAPACITY - bytes.length);
            write(disk, at, bytes);
            System.arraycopy(bytes, 0, expected, at, bytes.length);
            if (depth < 30) {
                Path child = folder.resolve("link" + depth + ".vmdk");
                create(child, TestDisks.small(formats[depth % 4], CAPACITY).withParent(disk));
                disk = child;
            }
        }

        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            assertThat(opened.links()).hasSize(30);
        }
        assertThat(read(disk)).isEqualTo(expected);
    }
}
