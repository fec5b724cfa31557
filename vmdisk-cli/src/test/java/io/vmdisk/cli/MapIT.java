package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Holes of flat files beside qemu-img, from the packaged jars: the native tier knows them, the other does not. */
@EnabledOnOs(OS.LINUX)
class MapIT {
    @TempDir
    Path folder;

    private boolean knowsHoles;

    @BeforeEach
    void askWhichTierThereIs() throws IOException {
        Qemu.assumePresent();
        try (Stream<Path> jars = Files.list(ProcessRun.LIB);
                JarFile core = new JarFile(
                        jars.filter(jar -> jar.getFileName().toString().startsWith("vmdisk-core"))
                                .findAny()
                                .orElseThrow()
                                .toFile())) {
            boolean built = core.stream().anyMatch(entry -> entry.getName().startsWith("META-INF/versions/22/"));
            knowsHoles = built && Runtime.version().feature() >= 22;
        }
    }

    private List<MapStretch> ours(String disk) throws Exception {
        Map<String, String> environment =
                Map.of("VMDISK_CACHE", "none", "VMDISK_JAVA_HOME", System.getProperty("java.home"));
        ProcessRun run = ProcessRun.of(
                folder, environment, List.of(ProcessRun.ROOT.resolve("vmdisk").toString(), "map", "--json", disk));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return MapStretch.parse(run.out());
    }

    private void assertHolesAreToldAsDocumented(String format, Path disk, String ours) throws Exception {
        List<MapStretch> theirs = MapStretch.parse(Qemu.img("map", "--output=json", "-f", format, disk));

        assertThat(theirs).anyMatch(MapStretch::isHoleOfQemu);
        assertThat(MapStretch.joined(ours(ours)))
                .isEqualTo(MapStretch.joined(knowsHoles ? theirs : MapStretch.holesAsData(theirs)));
    }

    @Test
    void tellsHolesOfRawFiles() throws Exception {
        Path disk = folder.resolve("disk.raw");
        Qemu.img("create", "-q", "-f", "raw", disk, "3M");
        Qemu.io("raw", disk, "write -q -P 1 64k 200k", "write -q -P 2 2M 512");

        assertHolesAreToldAsDocumented("raw", disk, "raw:" + disk);
    }

    @Test
    void tellsHolesOfFlatDisksAndBelowDeltas() throws Exception {
        Path base = folder.resolve("base.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-o", "subformat=twoGbMaxExtentFlat", base, "5G");
        Qemu.io("vmdk", base, "write -q -P 1 64k 200k", "write -q -P 2 2147450880 64k", "write -q -P 3 5368643584 64k");
        Path top = folder.resolve("top.vmdk");
        Qemu.img("create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", base.getFileName(), top, "6G");
        Qemu.io("vmdk", top, "write -q -P 4 128k 64k", "write -q -P 5 2147418112 64k");

        assertHolesAreToldAsDocumented("vmdk", base, base.toString());
        assertHolesAreToldAsDocumented("vmdk", top, top.toString());
    }
}
