package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What files are opened as, where links lead, and who may do what with what is new: the base of docs/security.md. */
@DisabledOnOs(OS.WINDOWS)
class LinksAndRightsTest {
    private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "new and longer".getBytes(StandardCharsets.UTF_8);
    private static final int SOMEBODY = 1000;

    @TempDir
    Path top;

    private Path folder;
    private Path outside;
    private final Volume volume = Volume.system();

    @BeforeEach
    void makeFolders() throws IOException {
        folder = Files.createDirectory(top.resolve("vm"));
        outside = Files.write(top.resolve("precious"), OLD);
    }

    private Path link(String name, Path target) throws IOException {
        return Files.createSymbolicLink(folder.resolve(name), target);
    }

    private Path pipe(String name) throws IOException {
        Path pipe = folder.resolve(name);
        Command.run(null, List.of("mkfifo", pipe.toString())).outOrFail();
        return pipe;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aPipeIsRefusedInEveryRoleAndNeverWaitedFor() throws IOException {
        Path pipe = pipe("pipe");
        Path through = link("link", pipe);

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (Path name : List.of(pipe, through)) {
                for (OpenMode mode : List.of(OpenMode.READ, OpenMode.WRITE)) {
                    assertThatThrownBy(() -> volume.open(name, mode).close())
                            .isInstanceOf(UnsupportedFeatureException.class)
                            .hasMessageContaining("not a regular file");
                }
                assertThatThrownBy(() -> volume.open(name, OpenMode.CREATE).close())
                        .isInstanceOf(FileAlreadyExistsException.class);
                assertThatThrownBy(() -> volume.readAll(name, 10)).isInstanceOf(UnsupportedFeatureException.class);
                assertThatThrownBy(() -> volume.openDevice(name).close())
                        .isInstanceOf(UnsupportedFeatureException.class)
                        .hasMessageContaining("pipe");
            }
        });
    }

    @Test
    void whatIsMadeNeverLiesBehindALink() throws IOException {
        link("to-file", outside);
        link("to-nowhere", top.resolve("nothing"));

        for (String name : List.of("to-file", "to-nowhere")) {
            assertThat(volume.taken(folder.resolve(name))).isTrue();
            assertThatThrownBy(() ->
                            volume.open(folder.resolve(name), OpenMode.CREATE).close())
                    .isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() ->
                            volume.createLike(folder.resolve(name), outside).close())
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThat(top.resolve("nothing")).doesNotExist();
        assertThat(outside).hasBinaryContent(OLD);
    }

    @Test
    void aLockIsNotTakenThroughALink() throws IOException {
        Path lock = link("lock", outside);

        assertThatThrownBy(() -> volume.lock(lock).close()).isInstanceOf(IOException.class);
        assertThat(outside).hasBinaryContent(OLD);
    }

    @Test
    void whatIsClearedIsTheLinkAndNotWhatItLeadsTo() throws IOException {
        Path victim = Files.createDirectory(top.resolve("victim"));
        Path thesis = Files.write(victim.resolve("thesis"), OLD);
        Path leftover = link("a.vmdisk-new", victim);

        volume.clear(leftover);

        assertThat(thesis).hasBinaryContent(OLD);
        assertThat(Files.exists(leftover, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void aLinkWithinTheFolderStaysAndItsTargetIsReplaced() throws IOException {
        Path target = Files.write(Files.createDirectory(folder.resolve("sub")).resolve("real"), OLD);
        Path link = link("name", Path.of("sub/real"));

        volume.replace(link, NEW);

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(target).hasBinaryContent(NEW);
    }

    @Test
    void aLinkOutOfTheFolderIsNeverReplacedThrough() throws IOException {
        Path link = link("name", outside);

        assertThatThrownBy(() -> volume.replace(link, NEW))
                .isInstanceOfSatisfying(
                        UnsafeStateException.class, e -> assertThat(e.code()).isEqualTo("unsafe.outside-folder"));
        assertThat(outside).hasBinaryContent(OLD);
        assertThat(Files.isSymbolicLink(link)).isTrue();
    }

    @Test
    void whatALinkThatTheUserNamedLeadsToIsReplaced() throws IOException {
        Path link = link("name", outside);

        volume.replace(volume.followed(link), NEW);

        assertThat(outside).hasBinaryContent(NEW);
        assertThat(Files.isSymbolicLink(link)).isTrue();
    }

    @Test
    void linksOutOfAFolderAreToldHoweverTheyLead() throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        link("file", outside);
        link("above", top);
        link("twice", Path.of("file"));
        link("nowhere", top.resolve("not-there"));
        link("inside", Path.of("sub/../plain"));
        LinkBounds bounds = LinkBounds.ofFolders(volume, List.of(folder));

        for (String name : List.of("file", "above/precious", "twice", "nowhere", "../precious", "above/new")) {
            assertThat(bounds.hold(folder.resolve(name))).as(name).isFalse();
        }
        for (String name : List.of("plain", "inside", "sub/new", "sub", "above/vm/plain")) {
            assertThat(bounds.hold(folder.resolve(name))).as(name).isTrue();
        }
    }

    @Test
    void aFolderThatIsReachedThroughALinkIsItselfNoWayOut() throws IOException {
        Files.write(folder.resolve("plain"), OLD);
        Path elsewhere = Files.createSymbolicLink(top.resolve("elsewhere"), folder);

        assertThat(LinkBounds.ofFile(volume, elsewhere.resolve("disk")).hold(elsewhere.resolve("plain")))
                .isTrue();
        assertThat(LinkBounds.ofFile(volume, folder.resolve("disk")).hold(elsewhere.resolve("plain")))
                .isTrue();
    }

    /** Somebody swaps the name all the time; whatever is opened is the file that was allowed. */
    @Test
    void aNameThatIsSwappedForALinkWhileItIsOpenedIsNeverWrittenThrough() throws Exception {
        Path name = Files.write(folder.resolve("extent"), OLD);
        Path link = link("spare", outside);
        LinkBounds bounds = LinkBounds.ofFolders(volume, List.of(folder));
        AtomicBoolean ended = new AtomicBoolean();
        Thread swapper = new Thread(() -> {
            while (!ended.get()) {
                try {
                    Files.copy(link, folder.resolve("next"), LinkOption.NOFOLLOW_LINKS);
                    Files.move(folder.resolve("next"), name, StandardCopyOption.REPLACE_EXISTING);
                    Files.write(folder.resolve("next"), OLD);
                    Files.move(folder.resolve("next"), name, StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        swapper.start();
        int opened = 0;
        try {
            for (int i = 0; i < 3000; i++) {
                try (BlockFile file = volume.openWithin(bounds, name, OpenMode.WRITE)) {
                    file.writeFully(0, ByteBuffer.wrap(NEW));
                    opened++;
                } catch (IOException e) {
                    // It was a link, or another file, at that moment.
                    assertThat(e).isNotNull();
                }
            }
        } finally {
            ended.set(true);
            swapper.join();
        }
        assertThat(outside).hasBinaryContent(OLD);
        assertThat(opened).isPositive();
    }

    @Test
    void linksThatLeadInACircleAreAnError() throws IOException {
        Path one = link("one", Path.of("two"));
        link("two", Path.of("one"));

        assertThatThrownBy(() -> volume.real(one)).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> volume.open(one, OpenMode.READ).close()).isInstanceOf(FileSystemException.class);
    }

    @Test
    void aReplacedFileKeepsItsModeAndAttributes() throws IOException {
        Path file = Files.write(folder.resolve("a.vmx"), OLD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        UserDefinedFileAttributeView attributes = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        boolean attributed = attributes != null && Files.getFileStore(file).supportsFileAttributeView("user");
        if (attributed) {
            attributes.write("vmdisk.test", ByteBuffer.wrap(OLD));
        }

        volume.replace(file, NEW);

        assertThat(file).hasBinaryContent(NEW);
        assertThat(mode(file)).isEqualTo("rw-r-----");
        if (attributed) {
            assertThat(Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                            .list())
                    .contains("vmdisk.test");
        }
    }

    @Test
    void aReplacedFileKeepsItsOwnerAndGroup() throws IOException {
        Path file = Files.write(folder.resolve("a.vmx"), OLD);
        Needs.require(isRoot(), "root, who may give files away");
        Files.setAttribute(file, "unix:uid", SOMEBODY);
        Files.setAttribute(file, "unix:gid", SOMEBODY + 1);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));

        volume.replace(file, NEW);

        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(SOMEBODY);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(SOMEBODY + 1);
        assertThat(mode(file)).isEqualTo("rw-rw----");
    }

    @Test
    void aReplacedFileKeepsItsAccessList() throws IOException {
        Path file = Files.write(folder.resolve("a.vmx"), OLD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Needs.require(
                new java.io.File("/usr/bin/setfacl").canExecute()
                        && Command.run(null, List.of("setfacl", "-m", "u:4242:rw,g::---", file.toString()))
                                        .exitCode()
                                == 0,
                "setfacl, and a file system with access lists");
        String list = accessList(file);

        volume.replace(file, NEW);
        Path beside = folder.resolve("a.vmsd");
        volume.createLike(beside, file).close();

        assertThat(file).hasBinaryContent(NEW);
        assertThat(accessList(file)).isEqualTo(list).contains("4242:rw-", "group::---");
        assertThat(accessList(beside)).isEqualTo(list);
        assertThat(volume.list(folder)).containsExactly(beside, file);
    }

    private static String accessList(Path file) throws IOException {
        return Command.run(null, List.of("getfacl", "-cn", file.toString())).outOrFail();
    }

    private boolean isRoot() throws IOException {
        return Files.getAttribute(top, "unix:uid").equals(0);
    }

    @Test
    void whatIsNewIsNeverWiderThanItsModelNotEvenBeforeItIsClosed() throws IOException {
        Path model = Files.write(folder.resolve("base.vmdk"), OLD);
        Files.setPosixFilePermissions(model, PosixFilePermissions.fromString("rw-------"));
        Path fresh = folder.resolve("delta.vmdk");

        try (BlockFile file = volume.createLike(fresh, model)) {
            assertThat(mode(fresh)).isEqualTo("rw-------");
            file.writeFully(0, ByteBuffer.wrap(NEW));
        }
        assertThat(mode(fresh)).isEqualTo("rw-------");
        assertThat(volume.rights(fresh)).isEqualTo(volume.rights(model));
        Path second = folder.resolve("second.vmdk");
        volume.creatingLike(model).open(second, OpenMode.CREATE).close();
        assertThat(mode(second)).isEqualTo("rw-------");
    }

    @Test
    void aVolumeOfOneModelPassesEveryOtherCallOn() throws NoSuchMethodException {
        List<String> composed = List.of(
                "readAll", "existing", "clear", "replace", "refuseUnfinished", "replaced", "followed", "creatingLike");
        for (var method : Volume.class.getMethods()) {
            if (!java.lang.reflect.Modifier.isStatic(method.getModifiers()) && !composed.contains(method.getName())) {
                assertThat(LikeVolume.class
                                .getMethod(method.getName(), method.getParameterTypes())
                                .getDeclaringClass())
                        .as(method.getName())
                        .isEqualTo(LikeVolume.class);
            }
        }
    }
}
