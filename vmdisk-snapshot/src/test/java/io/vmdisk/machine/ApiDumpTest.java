package io.vmdisk.machine;

import io.vmdisk.testkit.ApiDump;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ApiDumpTest {
    private static final Path ROOT =
            Path.of(System.getProperty("vmdisk.testdata")).resolveSibling("");

    @Test
    void theApiIsTheOneThatWasAgreedTo() throws Exception {
        ApiDump.compare(
                ROOT.resolve("vmdisk-snapshot/src/main/java/module-info.java"),
                Machine.class,
                ROOT.resolve("docs/api/io.vmdisk.snapshot.txt"));
    }
}
