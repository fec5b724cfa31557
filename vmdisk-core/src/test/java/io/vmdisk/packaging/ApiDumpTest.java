package io.vmdisk.packaging;

import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.ApiDump;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ApiDumpTest {
    private static final Path ROOT =
            Path.of(System.getProperty("vmdisk.testdata")).resolveSibling("");

    @Test
    void theApiIsTheOneThatWasAgreedTo() throws Exception {
        ApiDump.compare(
                ROOT.resolve("vmdisk-core/src/main/java/module-info.java"),
                VirtualDisk.class,
                ROOT.resolve("docs/api/io.vmdisk.core.txt"));
    }
}
