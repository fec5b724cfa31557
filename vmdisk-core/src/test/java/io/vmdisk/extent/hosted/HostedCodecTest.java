package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.extent.EntryCodec;
import io.vmdisk.extent.GrainState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HostedCodecTest {
    private static final Path FILE = Path.of("d.vmdk");
    private static final HostedHeader HEADER =
            new HostedHeader(1, 3, 1 << 20, 128, 1, 20, 512, 21, 60, 128, false, 0, ByteBuffer.allocate(512));

    private static void refuses(EntryCodec codec, long tableSector, long grainSector, String why) {
        assertThatThrownBy(() -> codec.tableOffset(tableSector, 7))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("table 7 at sector " + tableSector)
                .hasMessageContaining(why);
        assertThatThrownBy(() -> codec.state(grainSector, 9))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("grain 9 at sector " + grainSector)
                .hasMessageContaining(why);
    }

    @Test
    void zeroIsNothingOneIsZerosAndTheRestASector() throws IOException {
        HostedCodec codec = HostedCodec.lenient(FILE);

        assertThat(codec.entryBytes()).isEqualTo(4);
        assertThat(codec.state(0, 0)).isEqualTo(GrainState.UNALLOCATED);
        assertThat(codec.state(1, 0)).isEqualTo(GrainState.ZERO);
        assertThat(codec.state(2, 0)).isEqualTo(1024);
        assertThat(codec.state(0xFFFF_FFFFL, 0)).isEqualTo(0xFFFF_FFFFL * 512);
        assertThat(codec.tableOffset(0, 0)).isEqualTo(GrainState.UNALLOCATED);
        assertThat(codec.tableOffset(1, 0)).isEqualTo(GrainState.UNALLOCATED);
        assertThat(codec.tableOffset(2, 0)).isEqualTo(1024);
    }

    @Test
    void writesWhatItReads() {
        HostedCodec codec = HostedCodec.lenient(FILE);

        assertThat(codec.rawEntry(GrainState.UNALLOCATED)).isZero();
        assertThat(codec.rawEntry(GrainState.ZERO)).isEqualTo(1);
        assertThat(codec.rawEntry(GrainState.UNMAPPED)).isEqualTo(1);
        assertThat(codec.rawEntry(65536)).isEqualTo(128);
        assertThat(codec.rawDirectoryEntry(65536)).isEqualTo(128);
    }

    @Test
    void beforeAWriteNoTableLiesInTheDescriptorAndNoGrainInTheTables() throws IOException {
        HostedCodec codec = HostedCodec.strict(FILE, HEADER, () -> 1 << 20);

        assertThat(codec.tableOffset(21, 0)).isEqualTo(21 * 512);
        assertThat(codec.state(128, 0)).isEqualTo(65536);
        refuses(codec, 20, 127, "over the metadata");
    }

    @Test
    void beforeAWriteNothingLiesBehindTheEnd() throws IOException {
        HostedCodec codec = HostedCodec.strict(FILE, HEADER, () -> 256 * 512);

        assertThat(codec.tableOffset(255, 0)).isEqualTo(255 * 512);
        assertThat(codec.state(255, 0)).isEqualTo(255 * 512);
        refuses(codec, 256, 256, "behind the end");
    }

    @Test
    void anEndThatGrewMeanwhileIsAskedAgain() throws IOException {
        AtomicLong end = new AtomicLong(200 * 512);
        HostedCodec codec = HostedCodec.strict(FILE, HEADER, () -> end.getAndSet(400 * 512));

        assertThat(codec.state(300, 0)).isEqualTo(300 * 512);
    }

    @Test
    void ofADamagedFileOnlyHeaderAndDescriptorAreClosed() throws IOException {
        HostedCodec codec = HostedCodec.damaged(FILE, HEADER, 1 << 20);
        HostedCodec nowhere = HostedCodec.damaged(FILE, HEADER, 20 * 512);

        assertThat(codec.state(21, 0)).isEqualTo(21 * 512);
        assertThat(codec.tableOffset(1 << 30, 0)).isEqualTo(512L << 30);
        refuses(codec, 20, 20, "over the metadata");
        assertThat(nowhere.state(2, 0)).isEqualTo(1024);
    }
}
