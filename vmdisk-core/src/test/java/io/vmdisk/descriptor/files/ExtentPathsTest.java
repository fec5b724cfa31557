package io.vmdisk.descriptor.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ExtentPaths.Allowance;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentPathsTest {
    private static final Set<Allowance> ALL = EnumSet.allOf(Allowance.class);

    private final FileSystem unix = Jimfs.newFileSystem(Configuration.unix());
    private final FileSystem windows = Jimfs.newFileSystem(Configuration.windows());
    private final Path onUnix = unix.getPath("/vm/web/web.vmdk");
    private final Path onWindows = windows.getPath("C:\\vm\\web\\web.vmdk");

    @AfterEach
    void close() throws IOException {
        unix.close();
        windows.close();
    }

    @ParameterizedTest
    @CsvSource({
        "web-flat.vmdk,/vm/web/web-flat.vmdk,C:\\vm\\web\\web-flat.vmdk",
        "./web-flat.vmdk,/vm/web/web-flat.vmdk,C:\\vm\\web\\web-flat.vmdk",
        "parts/a b.vmdk,/vm/web/parts/a b.vmdk,C:\\vm\\web\\parts\\a b.vmdk",
        "..web.vmdk,/vm/web/..web.vmdk,C:\\vm\\web\\..web.vmdk"
    })
    void resolvesNamesBesideTheDescriptor(String name, String unixPath, String windowsPath) throws Exception {
        assertThat(ExtentPaths.resolve(onUnix, name)).isEqualTo(unix.getPath(unixPath));
        assertThat(ExtentPaths.resolve(onWindows, name)).isEqualTo(windows.getPath(windowsPath));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "a/../../x",
                "a/../x",
                "..\\x",
                "a\\..\\..\\x",
                "..",
                "/x",
                "/vm/web/x",
                "\\x",
                "C:\\x",
                "c:/x",
                "C:x",
                "\\\\server\\share\\x",
                "//server/share/x"
            })
    void refusesNamesElsewhere(String name) {
        for (Path descriptor : Set.of(onUnix, onWindows)) {
            assertThatExceptionOfType(UnsafeStateException.class)
                    .isThrownBy(() -> ExtentPaths.resolve(descriptor, name))
                    .satisfies(e -> assertThat(e.condition()).isEqualTo("outside-folder"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "./", "a/.."})
    void refusesTheFolderItself(String name) {
        assertThatExceptionOfType(UnsafeStateException.class).isThrownBy(() -> ExtentPaths.resolve(onUnix, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/sda", "\\\\.\\PhysicalDrive0", "//./x", "\\\\?\\C:\\x", "/vmfs/devices/disks/naa.6"})
    void refusesDevices(String name) {
        for (Path descriptor : Set.of(onUnix, onWindows)) {
            assertThatExceptionOfType(UnsafeStateException.class)
                    .isThrownBy(() -> ExtentPaths.resolve(descriptor, name, Set.of(Allowance.OUTSIDE_FOLDER)))
                    .satisfies(e -> assertThat(e.condition()).isEqualTo("device"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NUL", "con.vmdk", "sub\\COM1", "lpt\u00B9.txt", "aux .x"})
    void refusesDevicesOfWindowsThere(String name) throws Exception {
        assertThatExceptionOfType(UnsafeStateException.class).isThrownBy(() -> ExtentPaths.resolve(onWindows, name));
        assertThat(ExtentPaths.resolve(onUnix, name).getFileName()).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vsan://0", "nbd:unix:/x", "json:{}", "", "a\0b", "a\nb", "a\u202Eb"})
    void refusesWhatIsNoFileNameEvenIfAllIsAllowed(String name) {
        for (Path descriptor : Set.of(onUnix, onWindows)) {
            assertThatExceptionOfType(VmdiskException.class)
                    .isThrownBy(() -> ExtentPaths.resolve(descriptor, name, ALL));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a<b", "a|b", "a?b", "xx:y"})
    void refusesNamesThatTheFileSystemCannotHave(String name) {
        assertThatExceptionOfType(MalformedFileException.class).isThrownBy(() -> ExtentPaths.resolve(onWindows, name));
    }

    @Test
    void goesElsewhereOnlyIfAllowed() throws Exception {
        Set<Allowance> outside = Set.of(Allowance.OUTSIDE_FOLDER);

        assertThat(ExtentPaths.resolve(onUnix, "../db/x", outside)).isEqualTo(unix.getPath("/vm/db/x"));
        assertThat(ExtentPaths.resolve(onUnix, "/a/x", outside)).isEqualTo(unix.getPath("/a/x"));
        assertThat(ExtentPaths.resolve(onWindows, "D:\\a\\x", outside)).isEqualTo(windows.getPath("D:\\a\\x"));
        assertThat(ExtentPaths.resolve(onUnix, "/dev/sda", ALL)).isEqualTo(unix.getPath("/dev/sda"));
        assertThatExceptionOfType(UnsafeStateException.class)
                .isThrownBy(() -> ExtentPaths.resolve(onUnix, "../../dev/sda", outside));
        assertThatExceptionOfType(UnsafeStateException.class)
                .isThrownBy(() -> ExtentPaths.resolve(onWindows, "\\\\server\\share\\x", outside));
    }

    @Test
    void staysOnTheShareOfTheDescriptor() throws Exception {
        Path onShare = windows.getPath("\\\\server\\share\\vm\\web.vmdk");

        assertThat(ExtentPaths.resolve(onShare, "x")).isEqualTo(windows.getPath("\\\\server\\share\\vm\\x"));
        assertThat(ExtentPaths.resolve(onShare, "\\\\server\\share\\x", Set.of(Allowance.OUTSIDE_FOLDER)))
                .isEqualTo(windows.getPath("\\\\server\\share\\x"));
    }

    @Test
    void resolvesBesideARelativeDescriptor() throws Exception {
        Path relative = unix.getPath("web.vmdk");

        assertThat(ExtentPaths.resolve(relative, "x"))
                .isEqualTo(relative.toAbsolutePath().resolveSibling("x"));
    }
}
