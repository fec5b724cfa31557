package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RecordingVolumeTest extends VolumeContract {
    private final MemoryVolume below = new MemoryVolume();
    private final RecordingVolume volume = new RecordingVolume(below);
    private final Path folder = MemoryVolume.folder();

    @Override
    protected Volume volume() {
        return volume;
    }

    @Override
    protected Path folder() {
        return folder;
    }

    @Test
    void logsEveryChangeInOrder() throws IOException {
        below.put(folder.resolve("old"), new byte[10]);
        try (BlockFile file = volume.open(folder.resolve("old"), OpenMode.WRITE)) {
            file.writeFully(4, ByteBuffer.wrap(new byte[] {1, 2}));
            file.setSize(5);
            file.punch(0, 2);
            file.force();
        }
        volume.rename(folder.resolve("old"), folder.resolve("new"));
        volume.forceNames(folder);
        volume.delete(folder.resolve("new"));
        volume.createFolder(folder.resolve("a").resolve("b"));

        assertThat(volume.log())
                .extracting(Call::toString)
                .containsExactly(
                        "open old WRITE",
                        "write old@4+2",
                        "setSize old=5",
                        "punch old@0+2",
                        "force old",
                        "close old",
                        "rename old->new",
                        "forceNames vm",
                        "delete new",
                        "createFolder a",
                        "createFolder b");
    }

    @Test
    void keepsTheBytesOfAWriteWhateverTheCallerDoesToThemLater() throws IOException {
        byte[] bytes = {1, 2, 3};
        try (BlockFile file = volume.open(folder.resolve("a"), OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(bytes));
        }
        bytes[0] = 9;

        Call.Write write = (Call.Write) volume.log().get(1);
        assertThat(write.bytes()).containsExactly(1, 2, 3);
    }

    @Test
    void knowsAFileUnderItsNewName() throws IOException {
        Path old = folder.resolve("old");
        Path fresh = folder.resolve("new");
        below.put(old, new byte[10]);
        volume.rename(old, fresh);
        try (BlockFile file = volume.open(fresh, OpenMode.WRITE)) {
            file.writeFully(0, ByteBuffer.wrap(new byte[] {1}));
        }

        Call.FileId id = new Call.FileId(old, 0);
        assertThat(volume.log().get(0)).isEqualTo(new Call.Rename(id, old, fresh));
        assertThat(((Call.Write) volume.log().get(2)).file()).isEqualTo(id);
    }
}
