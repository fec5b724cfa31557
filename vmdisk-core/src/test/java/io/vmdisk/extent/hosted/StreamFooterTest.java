package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The header at the end of a stream: found behind padding, and only where it agrees with the one in front. */
class StreamFooterTest {
    private static final int SECTOR = 512;
    private static final int FOOTER_AT = 5 * SECTOR;
    private static final HostedHeader FRONT = header(0x30001, 128, -1);

    private final MemoryVolume volume = new MemoryVolume();
    private final BlockFile file;

    StreamFooterTest() throws IOException {
        Path path = MemoryVolume.folder().resolve("stream.vmdk");
        volume.put(path, new byte[0]);
        file = volume.open(path, OpenMode.WRITE);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private static HostedHeader header(int flags, long grain, long directory) {
        return new HostedHeader(
                3, flags, 1 << 20, grain, 0, 0, 512, 0, directory, 128, false, 1, ByteBuffer.allocate(512));
    }

    private HostedHeader find(HostedHeader footer, long fileBytes) throws IOException {
        file.setSize(0);
        file.setSize(Math.max(fileBytes, FOOTER_AT + SECTOR));
        file.writeFully(FOOTER_AT, footer.encode());
        file.setSize(fileBytes);
        return StreamFooter.find(file, FRONT);
    }

    @Test
    void standsBeforeTheLastSector() throws IOException {
        assertThat(find(header(0x30001, 128, 3), FOOTER_AT + 2 * SECTOR).directorySector())
                .isEqualTo(3);
    }

    @Test
    void isFoundBeforeZerosAndAnUnevenEnd() throws IOException {
        assertThat(find(header(0x30001, 128, 3), FOOTER_AT + 2 * SECTOR + (1 << 20) + 511)
                        .directorySector())
                .isEqualTo(3);
        assertThatThrownBy(() -> find(header(0x30001, 128, 3), FOOTER_AT + 3 * SECTOR + (1 << 20)))
                .hasMessageContaining("no footer");
    }

    @Test
    void isNotLookedForBeforeData() throws IOException {
        file.setSize(FOOTER_AT + 6 * SECTOR);
        file.writeFully(FOOTER_AT, header(0x30001, 128, 3).encode());
        file.writeFully(FOOTER_AT + 4 * SECTOR - 1, ByteBuffer.wrap(new byte[] {1}));

        assertThatThrownBy(() -> StreamFooter.find(file, FRONT))
                .isInstanceOfSatisfying(MalformedFileException.class, e -> {
                    assertThat(e.code()).isEqualTo("malformed.footer-missing");
                    assertThat(e.offset()).hasValue(FOOTER_AT + 4 * SECTOR);
                });
    }

    @Test
    void aMarkOfAnySizeMayStandBehindIt() throws IOException {
        file.setSize(FOOTER_AT + 2 * SECTOR);
        file.writeFully(FOOTER_AT, header(0x30001, 128, 3).encode());
        file.writeFully(FOOTER_AT + SECTOR, ByteBuffer.wrap(new byte[] {1}));

        assertThat(StreamFooter.find(file, FRONT).directorySector()).isEqualTo(3);
    }

    @Test
    void theHeaderInFrontIsNoFooter() throws IOException {
        file.writeFully(0, header(0x30001, 128, 3).encode());
        file.setSize(2 * SECTOR);
        assertThatThrownBy(() -> StreamFooter.find(file, FRONT)).hasMessageContaining("no footer");
        file.setSize(100);
        assertThatThrownBy(() -> StreamFooter.find(file, FRONT))
                .isInstanceOfSatisfying(
                        MalformedFileException.class,
                        e -> assertThat(e.offset()).hasValue(0));
    }

    @Test
    void mustAgreeWithTheHeaderAndSayWhereTheDirectoryIs() {
        for (HostedHeader bad : new HostedHeader[] {header(0x30001, 64, 3), header(0x30003, 128, 3), FRONT}) {
            assertThatThrownBy(() -> find(bad, FOOTER_AT + 2 * SECTOR))
                    .isInstanceOfSatisfying(MalformedFileException.class, e -> {
                        assertThat(e.code()).isEqualTo("malformed.footer");
                        assertThat(e.offset()).hasValue(FOOTER_AT);
                    });
        }
    }

    @Test
    void aStreamOfThreeSectorsHasItRightBehindTheHeader() throws IOException {
        file.setSize(3 * SECTOR);
        file.writeFully(SECTOR, header(0x30001, 128, 3).encode());

        assertThat(StreamFooter.find(file, FRONT).directorySector()).isEqualTo(3);
    }
}
