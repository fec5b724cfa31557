package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.BrokenChainException;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.testkit.Sample;
import io.vmdisk.testkit.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Disks made by VMware, ESXi and QEMU read as their makers meant them. */
class SampleDisksTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VMFS_DELTA_WITHOUT_EXTENT")
    void readsASampleBitForBit(Sample sample) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(sample.path())) {
            assertThat(disk.capacity()).isEqualTo(sample.capacityBytes());
            assertThat(sample.sha256()).hasValue(Sha256.of(DiskContent.of(disk)));
            assertThat(sample.sha256()).hasValue(Sha256.of(disk.inputStream()));
            DiskContent.assertRunsAgree(disk);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VMFS_DELTA_WITHOUT_EXTENT")
    void readsASampleLikeQemuInPiecesOfAnySize(Sample sample) throws IOException {
        Path raw = folder.resolve("expected.raw");
        Qemu.toRaw("vmdk", sample.path(), raw);
        byte[] expected = Files.readAllBytes(raw);
        SplittableRandom random = new SplittableRandom(sample.ordinal());
        try (VirtualDisk disk = VirtualDisk.open(sample.path())) {
            for (int i = 0; i < 300; i++) {
                int at = random.nextInt(expected.length);
                int length = 1 + random.nextInt(Math.min(200_000, expected.length - at));
                ByteBuffer into = ByteBuffer.allocate(length);
                assertThat(disk.read(at, into)).isEqualTo(length);
                assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(expected, at, length));
            }
        }
    }

    @Test
    void showsTheChainOfADeltaWithoutExtent() {
        Path delta = Sample.VMFS_DELTA_WITHOUT_EXTENT.path();

        assertThatThrownBy(() -> VirtualDisk.open(delta))
                .isInstanceOf(BrokenChainException.class)
                .hasMessageContaining("vmfs_thick-000001-delta.vmdk")
                .hasMessageContaining("vmfs_thick-000001.vmdk  CID 8f67ca74  parent CID 0172e8a4  2097152 bytes")
                .hasMessageContaining("└ vmfs_thick.vmdk  CID 0172e8a4  parent CID none  2097152 bytes");
        assertThatThrownBy(() ->
                        VirtualDisk.open(delta, OpenOptions.readOnly().withParents(OpenOptions.Parents.UP_TO_BREAK)))
                .isInstanceOf(BrokenChainException.class);
    }

    @Test
    void describesAChainWithoutOpeningItsExtents() throws IOException {
        DiskChain chain = DiskChain.of(Sample.VMFS_DELTA_WITHOUT_EXTENT.path(), OpenOptions.readOnly());

        assertThat(chain.isWhole()).isTrue();
        assertThat(chain.links()).hasSize(2);
        assertThat(chain.base().path().getFileName()).hasToString("vmfs_thick.vmdk");
    }
}
