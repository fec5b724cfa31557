package io.vmdisk.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.BrokenChainException;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.cli.start.CommandTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class ExitCodesTest {
    static Stream<Arguments> table() {
        IOException pipe = new OutputClosedException(new IOException("Broken pipe"));
        IOException full = new OutputClosedException(new IOException("No space left on device"));
        CommandLine line = CommandTree.all(new GlobalOptions(Console.silent()));
        return Stream.of(
                Arguments.of(new MalformedFileException("x", null, 0, "p"), 3, 1),
                Arguments.of(new UnsupportedFeatureException("x", null, "p"), 3, 1),
                Arguments.of(new BrokenChainException("x", null, "p"), 3, 1),
                Arguments.of(new LimitExceededException("x", null, "p"), 3, 1),
                Arguments.of(new UnsafeStateException("x", null, "p"), 4, 1),
                Arguments.of(new OutOfSpaceException("x", null, "p"), 5, 1),
                Arguments.of(new NoSuchFileException("x"), 5, 1),
                Arguments.of(new IOException("x"), 5, 1),
                Arguments.of(new UncheckedIOException(new MalformedFileException("x", null, 0, "p")), 3, 1),
                Arguments.of(full, 5, 1),
                Arguments.of(pipe, 141, 141),
                Arguments.of(new ParameterException(line, "x"), 64, 64),
                Arguments.of(new UsageException("x"), 64, 64),
                Arguments.of(new OperationCancelledException("x"), 130, 130),
                Arguments.of(new IllegalStateException("x"), 70, 1),
                Arguments.of(new OutOfMemoryError("x"), 70, 1));
    }

    @ParameterizedTest
    @MethodSource("table")
    void followFromTheFailure(Throwable failure, int general, int ofCheck) {
        assertThat(ExitCodes.of("convert").of(failure)).isEqualTo(general);
        assertThat(ExitCodes.of("check").of(failure)).isEqualTo(ofCheck);
    }
}
