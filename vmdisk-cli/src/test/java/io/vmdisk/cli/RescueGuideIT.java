package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The situation of docs/rescue.md that needs holes: only the packaged jars, on a newer JDK, can punch them. */
@EnabledOnOs(OS.LINUX)
class RescueGuideIT {
    private static final int FREE_BYTES = 512 << 10;

    @TempDir
    Path temp;

    @Test
    void aFullStoreIsRelieved() throws Exception {
        Path store = Files.createDirectory(temp.resolve("store"));
        GuidePage page = new GuidePage();
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=16m", "none", store.toString()).start();
        assumeTrue(mount.waitFor() == 0, "a small file system can be mounted");
        try {
            RescueScene full = new RescueScene(store, page);
            String[] links = new String[9];
            Arrays.fill(links, "delta");
            full.machine("monolithicSparse", links);
            try (var filler = Files.newOutputStream(store.resolve("filler"))) {
                while (Files.getFileStore(store).getUsableSpace() > FREE_BYTES) {
                    filler.write(new byte[4096]);
                }
            }
            for (String command : page.commands("full-store")) {
                String typed = command.replace(
                                "web01.vmx", full.file("web01.vmx").toString())
                        .replaceFirst(
                                "vmdisk", ProcessRun.ROOT.resolve("vmdisk").toString());
                ProcessRun run = ProcessRun.of(temp, Map.of("VMDISK_CACHE", "none"), List.of(typed.split(" ")));
                assumeFalse(run.err().contains("Java 22"), "a JDK that can punch holes");
                assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            }

            assertThat(full.read("web01.vmdk")).isEqualTo(full.before("web01-000009.vmdk"));
            assertThat(full.files()).doesNotContain("web01-000001.vmdk");
        } finally {
            new ProcessBuilder("umount", store.toString()).start().waitFor();
        }
    }
}
