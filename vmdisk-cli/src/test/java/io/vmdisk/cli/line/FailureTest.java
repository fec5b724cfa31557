package io.vmdisk.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FailureTest {
    private static final MalformedFileException GRAIN =
            new MalformedFileException("grain-size", Path.of("a.vmdk"), 20, "grain size is 100 sectors", "see check");

    @Test
    void saysFileThenProblemThenWayOut() {
        assertThat(Failure.of(GRAIN, null).toText())
                .isEqualTo("vmdisk: a.vmdk: grain size is 100 sectors (at byte 20): see check")
                .isEqualTo("vmdisk: " + GRAIN.getMessage());
    }

    @Test
    void isOneJsonObjectForScripts() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        Failure.of(GRAIN, null).writeJson(out);

        assertThat(out)
                .hasToString("{\"error\":{\"code\":\"malformed.grain-size\",\"message\":\"grain size is 100 sectors\","
                        + "\"path\":\"a.vmdk\",\"offset\":20,\"remedy\":{\"text\":\"see check\",\"actions\":[]}}}\n");
    }

    @Test
    void putsErrorsOfTheFileSystemIntoWords() {
        assertThat(Failure.of(new NoSuchFileException("x"), null).toText())
                .isEqualTo("vmdisk: x: no such file or folder");
        assertThat(Failure.of(new AccessDeniedException("x"), null).code()).isEqualTo("io.access-denied");
        assertThat(Failure.of(new AccessDeniedException("/nosuch/x"), null).toText())
                .isEqualTo("vmdisk: /nosuch/x: permission denied");
        assertThat(Failure.of(new AccessDeniedException("/x.vmdk.vmdisk-new"), null)
                        .toText())
                .startsWith("vmdisk: /: no file can be made in this folder: permission denied");
        assertThat(Failure.of(new FileSystemException("x", null, "No space left on device"), null)
                        .code())
                .isEqualTo("io.no-space");
    }

    @Test
    void saysWhatStateFilesAreInAfterACancel() {
        assertThat(Failure.of(new OperationCancelledException("the conversion"), "out.raw was not made")
                        .toText())
                .isEqualTo("vmdisk: the conversion was cancelled: out.raw was not made");
    }

    @Test
    void letsNoFileDriveTheTerminal() {
        Failure hostile = new Failure("x", "hint is \u001b[2Jx", "a\rb", -1, io.vmdisk.Remedy.NONE);

        assertThat(hostile.toText()).isEqualTo("vmdisk: a\\x0db: hint is \\x1b[2Jx");
    }

    @Test
    void asksForAReportOfABug() {
        assertThat(Failure.of(new IllegalStateException("oops"), null).toText())
                .contains("java.lang.IllegalStateException: oops")
                .contains("bug of vmdisk");
    }
}
