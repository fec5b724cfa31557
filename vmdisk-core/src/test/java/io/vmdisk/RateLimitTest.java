package io.vmdisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.TestDisks;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000;
    private static final int MIB = 1 << 20;

    /** A clock that sleep moves. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND);

    private RateLimit limit(long bytesPerSecond) {
        return new RateLimit(bytesPerSecond, clock::get, clock::addAndGet);
    }

    private long waited(Runnable work) {
        long before = clock.get();
        work.run();
        return clock.get() - before;
    }

    @Test
    void letsTheFirstPieceThroughAndEachNextOneWhenThoseBeforeHaveHadTheirTime() {
        RateLimit limit = limit(1000);

        assertThat(waited(() -> limit.await(500, () -> false))).isZero();
        assertThat(waited(() -> limit.await(2000, () -> false))).isEqualTo(SECOND / 2);
        assertThat(waited(() -> limit.await(1, () -> false))).isEqualTo(2 * SECOND);
    }

    @Test
    void doesNotMakeUpForTimeInWhichNothingWasToDo() {
        RateLimit limit = limit(1000);
        limit.await(1000, () -> false);
        clock.addAndGet(60 * SECOND);

        assertThat(waited(() -> limit.await(1000, () -> false))).isZero();
        assertThat(waited(() -> limit.await(1000, () -> false))).isEqualTo(SECOND);
    }

    @Test
    void letsACancelledWorkGo() {
        RateLimit limit = limit(1);
        limit.await(1 << 30, () -> false);
        AtomicLong asked = new AtomicLong();

        assertThat(waited(() -> limit.await(1, () -> asked.incrementAndGet() > 3)))
                .isEqualTo(3 * SECOND / 10);
    }

    @Test
    void isMoreThanNothing() {
        assertThatThrownBy(() -> new RateLimit(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** What copies say is written, holes left out. */
    private static final class Told implements Progress {
        private final AtomicLong bytes = new AtomicLong();

        @Override
        public void pace(long more) {
            bytes.addAndGet(more);
        }
    }

    private static VirtualDisk source(MemoryVolume volume) throws IOException {
        TestDisks.create(volume, TestDisks.DISK, CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, 40L * MIB));
        try (VirtualDisk disk =
                VirtualDisk.open(TestDisks.DISK, OpenOptions.writable().withVolume(volume))) {
            disk.write(3 * MIB, ByteBuffer.wrap(Patterns.random(1, 2 * MIB)));
            disk.write(30 * MIB, ByteBuffer.wrap(Patterns.random(2, MIB)));
        }
        return VirtualDisk.open(TestDisks.DISK, OpenOptions.readOnly().withVolume(volume));
    }

    @ParameterizedTest
    @EnumSource
    void isToldOfWhatACopyWritesAndNotOfItsHoles(DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Told told = new Told();
        Path copy = TestDisks.DISK.resolveSibling("copy.vmdk");
        try (VirtualDisk source = source(volume)) {
            new DiskConverter(2, volume, told).convert(source, copy, CreateSpec.of(format, source.capacity()));
        }

        assertThat(told.bytes.get()).isBetween(3L * MIB, 3L * MIB + 64 * 1024);
    }

    @Test
    void isToldOfAllThatGoesThroughAPipe() throws IOException {
        Told told = new Told();
        try (VirtualDisk source = source(new MemoryVolume())) {
            new DiskConverter(2, told).writeRaw(source, Channels.newChannel(java.io.OutputStream.nullOutputStream()));
        }

        assertThat(told.bytes.get()).isEqualTo(40L * MIB);
    }
}
