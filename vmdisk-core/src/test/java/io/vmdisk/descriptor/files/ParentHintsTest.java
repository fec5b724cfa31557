package io.vmdisk.descriptor.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParentHintsTest {
    private final FileSystem unix = Jimfs.newFileSystem(Configuration.unix());
    private final FileSystem windows = Jimfs.newFileSystem(Configuration.windows());
    private final Path onUnix = unix.getPath("/vm/web/web-000001.vmdk");
    private final Path onWindows = windows.getPath("C:\\vm\\web\\web-000001.vmdk");

    @AfterEach
    void close() throws IOException {
        unix.close();
        windows.close();
    }

    private static List<String> places(Path child, String hint) throws VmdiskException {
        return ParentHints.candidates(child, hint).stream().map(Path::toString).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web.vmdk|/vm/web/web.vmdk",
                "../base/b.vmdk|/vm/base/b.vmdk /vm/web/b.vmdk",
                "sub/b.vmdk|/vm/web/sub/b.vmdk /vm/web/b.vmdk /vm/sub/b.vmdk",
                "/vm/web/web.vmdk|/vm/web/web.vmdk",
                "/mnt/a/base/b.vmdk|/mnt/a/base/b.vmdk /vm/web/b.vmdk /vm/base/b.vmdk",
                "/vmfs/volumes/ds1/base/b.vmdk|/vmfs/volumes/ds1/base/b.vmdk /vm/web/b.vmdk /vm/base/b.vmdk",
                "[ds1] base/b.vmdk|/vmfs/volumes/ds1/base/b.vmdk /vm/web/b.vmdk /vm/base/b.vmdk",
                "[ds1] b.vmdk|/vmfs/volumes/ds1/b.vmdk /vm/web/b.vmdk",
                "D:\\vms\\base\\b.vmdk|/vm/web/b.vmdk /vm/base/b.vmdk",
                "D:\\b.vmdk|/vm/web/b.vmdk",
                "\\\\srv\\share\\base\\b.vmdk|/vm/web/b.vmdk /vm/base/b.vmdk",
                "sub\\b.vmdk|/vm/web/sub\\b.vmdk /vm/web/sub/b.vmdk /vm/web/b.vmdk /vm/sub/b.vmdk",
                "..\\base\\b.vmdk|/vm/web/..\\base\\b.vmdk /vm/base/b.vmdk /vm/web/b.vmdk"
            })
    void looksOnUnix(String hint, String expected) throws Exception {
        assertThat(places(onUnix, hint)).containsExactly(expected.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web.vmdk|C:\\vm\\web\\web.vmdk",
                "..\\base\\b.vmdk|C:\\vm\\base\\b.vmdk C:\\vm\\web\\b.vmdk",
                "../base/b.vmdk|C:\\vm\\base\\b.vmdk C:\\vm\\web\\b.vmdk",
                "D:\\vms\\base\\b.vmdk|D:\\vms\\base\\b.vmdk C:\\vm\\web\\b.vmdk C:\\vm\\base\\b.vmdk",
                "/vmfs/volumes/ds1/base/b.vmdk|C:\\vm\\web\\b.vmdk C:\\vm\\base\\b.vmdk",
                "[ds1] base/b.vmdk|C:\\vm\\web\\b.vmdk C:\\vm\\base\\b.vmdk",
                "\\\\srv\\share\\base\\b.vmdk|C:\\vm\\web\\b.vmdk C:\\vm\\base\\b.vmdk"
            })
    void looksOnWindows(String hint, String expected) throws Exception {
        assertThat(places(onWindows, hint)).containsExactly(expected.split(" "));
    }

    @Test
    void followsAShareOnlyFromTheShareItself() throws Exception {
        Path child = windows.getPath("\\\\srv\\share\\vm\\web.vmdk");

        assertThat(places(child, "\\\\srv\\share\\base\\b.vmdk")).contains("\\\\srv\\share\\base\\b.vmdk");
        assertThat(places(child, "\\\\evil\\share\\base\\b.vmdk")).noneMatch(place -> place.contains("evil"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/",
                "a\\",
                "..",
                "a/..",
                ".",
                "a\0b",
                "a\nb",
                "nbd://h/x",
                "json:{}",
                "vsan://0",
                "/dev/sda",
                "\\\\.\\PhysicalDrive0",
                "/vmfs/devices/disks/naa.6"
            })
    void refusesWhatIsNoFile(String hint) {
        for (Path child : List.of(onUnix, onWindows)) {
            assertThatExceptionOfType(VmdiskException.class).isThrownBy(() -> ParentHints.candidates(child, hint));
        }
    }

    @Test
    void neverLeadsToADevice() throws Exception {
        assertThat(places(onUnix, "../../dev/sda")).containsExactly("/vm/web/sda", "/vm/dev/sda");
        assertThat(places(unix.getPath("/dev/shm/web/c.vmdk"), "../base/b.vmdk"))
                .containsExactly("/dev/shm/base/b.vmdk", "/dev/shm/web/b.vmdk");
        assertThatExceptionOfType(VmdiskException.class)
                .isThrownBy(() -> ParentHints.candidates(onWindows, "base\\NUL"));
    }

    @ParameterizedTest
    @CsvSource({
        "/vm/web/web.vmdk,web.vmdk",
        "/vm/base/b.vmdk,../base/b.vmdk",
        "/vm/web/sub/b.vmdk,sub/b.vmdk",
        "/b.vmdk,../../b.vmdk"
    })
    void writesHintsThatItFinds(String parent, String hint) throws Exception {
        Path target = unix.getPath(parent);

        assertThat(ParentHints.hintFor(onUnix, target)).isEqualTo(hint);
        assertThat(ParentHints.candidates(onUnix, hint).get(0)).isEqualTo(target);
    }

    @Test
    void writesAnAbsoluteHintForAnotherDrive() {
        assertThat(ParentHints.hintFor(onWindows, windows.getPath("D:\\base\\b.vmdk")))
                .isEqualTo("D:\\base\\b.vmdk");
    }
}
