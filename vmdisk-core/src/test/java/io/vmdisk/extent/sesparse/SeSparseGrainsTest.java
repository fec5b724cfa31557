package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Remedy;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.GrainMap;
import io.vmdisk.extent.GrainSpan;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file with four stored grains, the second of them free again: which places are handed out, and which never. */
class SeSparseGrainsTest {
    private static final int GRAIN = 4096;
    private static final Path PATH = MemoryVolume.folder().resolve("d-sesparse.vmdk");

    private final MemoryVolume volume = new MemoryVolume();
    private BlockFile file;
    private SeSparseFile opened;
    private GrainMap map;
    private SeSparseLayout layout;

    @BeforeEach
    void makeFile() throws IOException {
        try (BlockFile fresh = volume.open(PATH, OpenMode.CREATE)) {
            SeSparseExtents.create(fresh, 16 << 20);
        }
        try (WritableExtent extent =
                SeSparseExtents.openWritable(volume.open(PATH, OpenMode.WRITE), new TableCache(1 << 20))) {
            extent.write(0, ByteBuffer.wrap(Patterns.filled(1, 4 * GRAIN)), Backing.NONE);
            extent.unmap(GRAIN, GRAIN, Backing.NONE);
            extent.flush();
        }
        open();
    }

    private void open() throws IOException {
        file = volume.open(PATH, OpenMode.WRITE);
        opened = SeSparseFile.read(file);
        layout = opened.layout();
        map = SeSparseExtents.map(opened, new TableCache(1 << 20));
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private long place(GrainSpan span) {
        return layout.grainIn(span.fileOffset());
    }

    @Test
    void theLowestHoleIsTakenFirstThenTheEnd() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);

        GrainSpan first = grains.allocate(3);
        GrainSpan second = grains.allocate(3);

        assertThat(place(first)).isEqualTo(1);
        assertThat(first.count()).isEqualTo(1);
        assertThat(place(second)).isEqualTo(4);
        assertThat(second.count()).isEqualTo(3);
    }

    @Test
    void whatIsFreedIsHandedOutOnlyAfterItsReleaseOfWhichTheFileKnows() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);
        grains.allocate(1);
        grains.free(layout.grainAt(2));
        assertThat(place(grains.allocate(1))).isEqualTo(4);

        grains.release();

        assertThat(place(grains.allocate(1))).isEqualTo(2);
    }

    @Test
    void aBitIsSetWhenTheGrainIsHandedOutAndClearedByTheRelease() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);
        grains.allocate(2);
        grains.write();
        assertThat(bitmap()).isEqualTo((byte) 0b1111);

        grains.free(layout.grainAt(3));
        grains.write();
        assertThat(bitmap()).isEqualTo((byte) 0b1111);
        grains.release();
        assertThat(bitmap()).isEqualTo((byte) 0b0111);
    }

    private byte bitmap() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        file.readFully(layout.header().bitmap().offsetBytes(), one);
        return one.get(0);
    }

    @Test
    void aBitmapThatCallsAStoredGrainFreeStopsEverything() throws IOException {
        file.writeFully(layout.header().bitmap().offsetBytes(), ByteBuffer.wrap(new byte[] {0b1001}));
        close();
        open();

        assertThatThrownBy(() -> SeSparseGrains.scan(opened, map))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("calls stored grains free that hold data");
    }

    @Test
    void aFileWithoutAGrainLeftOffersToFreeWhatNothingNames() throws IOException {
        SeSparseGrains grains = SeSparseGrains.scan(opened, map);

        assertThatThrownBy(() -> {
                    while (true) {
                        grains.allocate(1_000);
                    }
                })
                .isInstanceOfSatisfying(LimitExceededException.class, e -> {
                    assertThat(e.code()).isEqualTo("limit.sesparse-full");
                    assertThat(e.remedy().actions())
                            .extracting(Remedy.Action::kind)
                            .containsExactly(Remedy.Kind.REPAIR_TABLES);
                });
    }
}
