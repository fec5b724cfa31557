package io.vmdisk.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.testkit.Patterns;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Whatever the packaged jar chooses on this JVM: libdeflate from JDK 22 on, where it is installed. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class CompressionIT extends GrainCodecContract {
    @Override
    GrainDeflater deflater(int level) {
        return Compression.deflater(level);
    }

    @Override
    GrainInflater inflater() {
        return Compression.inflater();
    }

    @Test
    void neverUsesTheLibraryBeforeJava22() {
        assumeTrue(Runtime.version().feature() < 22, "this JVM may use it");

        assertThat(Compression.implementation()).isEqualTo("java.util.zip");
    }

    @Test
    void usesTheLibraryWhereItCan() {
        assumeTrue(Libdeflate.available(), "libdeflate can't be used on this JVM");

        try (GrainDeflater deflater = Compression.deflater(6);
                GrainInflater inflater = Compression.inflater()) {
            assertThat(Compression.implementation()).isEqualTo("libdeflate");
            assertThat(deflater).isNotInstanceOf(ZipDeflater.class);
            assertThat(inflater).isNotInstanceOf(ZipInflater.class);
        }
    }

    @Test
    void itsStreamsAreNoLargerThanThoseOfZlib() {
        byte[] content = new byte[1 << 20];
        System.arraycopy(Patterns.numbered(1, 1 << 19), 0, content, 0, 1 << 19);
        System.arraycopy(Patterns.text(1, 1 << 19), 0, content, 1 << 19, 1 << 19);
        byte[] room = new byte[Compression.boundBytes(1 << 16)];
        long ours = 0;
        long zlib = 0;
        try (GrainDeflater one = Compression.deflater(6);
                GrainDeflater other = new ZipDeflater(6)) {
            for (int at = 0; at < content.length; at += 1 << 16) {
                ours += one.deflate(content, at, 1 << 16, room, 0);
                zlib += other.deflate(content, at, 1 << 16, room, 0);
            }
        }

        assertThat(ours).isLessThanOrEqualTo(zlib);
    }

    @Test
    void keepsTheLibraryOutWhenTold() {
        String before = System.getProperty(Compression.PROPERTY);
        System.setProperty(Compression.PROPERTY, "java");
        try (GrainDeflater deflater = Compression.deflater(6);
                GrainInflater inflater = Compression.inflater()) {
            assertThat(Compression.implementation()).isEqualTo("java.util.zip");
            assertThat(deflater).isInstanceOf(ZipDeflater.class);
            assertThat(inflater).isInstanceOf(ZipInflater.class);
        } finally {
            if (before == null) {
                System.clearProperty(Compression.PROPERTY);
            } else {
                System.setProperty(Compression.PROPERTY, before);
            }
        }
    }

    @Test
    void growsItsBuffersWithTheGrains() throws Exception {
        try (GrainDeflater deflater = Compression.deflater(3);
                GrainInflater inflater = Compression.inflater()) {
            for (int length : new int[] {512, 1 << 20, 4096, 3 << 20, 1}) {
                byte[] content = Patterns.mixed(length, length);
                byte[] packed = new byte[Compression.boundBytes(length)];
                byte[] out = new byte[length];
                int packedLength = deflater.deflate(content, 0, length, packed, 0);

                assertThat(inflater.inflate(packed, 0, packedLength, out, 0, length))
                        .isEqualTo(length);
                assertThat(Arrays.equals(out, content)).isTrue();
            }
        }
    }
}
