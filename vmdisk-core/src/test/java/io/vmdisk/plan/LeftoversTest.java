package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FolderPrint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves that was killed while it copied a file for the sake of its access list. */
@DisabledOnOs(OS.WINDOWS)
class LeftoversTest {
    private static final String SHELTER = ".vmdisk-4711";

    @TempDir
    private Path temporary;

    private void recover(Path folder) throws IOException {
        new Recovery(Volume.system(), Progress.NONE).recover(folder);
    }

    @Test
    void theCopyGoesWithItsFolderAtAnyPoint() throws IOException {
        Path folder = temporary.toRealPath();
        Path empty = Files.createDirectory(folder.resolve(".vmdisk-1"));
        Path copied = Files.createDirectory(folder.resolve(".vmdisk-22"));
        Files.writeString(copied.resolve("copy"), "secret");
        Path named = Files.createDirectory(folder.resolve(".vmdisk-333"));
        Path made = Files.writeString(folder.resolve("web.vmx"), "text");
        Files.createLink(named.resolve("copy"), made);

        recover(folder);
        assertThat(empty).doesNotExist();
        assertThat(copied).doesNotExist();
        assertThat(named).doesNotExist();
        assertThat(made).hasContent("text");
    }

    @Test
    void whatSomebodyElsePutUnderSuchANameStays() throws IOException {
        Path world = temporary.toRealPath();
        Path folder = Files.createDirectory(world.resolve("vm"));
        Path victim = Files.createDirectory(world.resolve("victim"));
        Files.writeString(victim.resolve("copy"), "thesis");
        Files.createSymbolicLink(folder.resolve(SHELTER), victim);
        Path full = Files.createDirectory(folder.resolve(".vmdisk-22"));
        Files.writeString(full.resolve("copy"), "a");
        Files.writeString(full.resolve("more"), "b");
        Path linked = Files.createDirectory(folder.resolve(".vmdisk-333"));
        Files.createSymbolicLink(linked.resolve("copy"), victim.resolve("copy"));
        Files.writeString(folder.resolve(".vmdisk-4"), "a file");
        Files.createDirectory(folder.resolve(".vmdisk-x5"));
        Map<String, String> before = FolderPrint.of(world);

        recover(folder);
        assertThat(FolderPrint.of(world)).isEqualTo(before);
    }
}
