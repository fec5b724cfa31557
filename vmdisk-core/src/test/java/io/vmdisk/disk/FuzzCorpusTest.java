package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Disks that once made us fail, or destroy something, each a folder of the corpus. */
class FuzzCorpusTest {
    static List<Path> corpus() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(FuzzCorpusTest.class.getResource("/fuzz"))
                .toURI());
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static MemoryVolume volume(Path disk) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        try (Stream<Path> files = Files.list(disk)) {
            for (Path file : files.toList()) {
                volume.put(MemoryVolume.folder().resolve(file.getFileName().toString()), Files.readAllBytes(file));
            }
        }
        return volume;
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void answersOrRefuses(Path disk) throws IOException {
        MemoryVolume volume = volume(disk);

        HostileDisk.read(volume, TestDisks.DISK);
        HostileDisk.write(volume, TestDisks.DISK);

        assertThat(volume.openFiles()).isEmpty();
        assertThat(volume.locked()).isEmpty();
    }
}
