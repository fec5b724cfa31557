package io.vmdisk.snapshot.vmsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedContainerTest {
    private static final byte[] KEY = new byte[64];

    static {
        for (int i = 0; i < KEY.length; i++) {
            KEY[i] = (byte) (i * 7);
        }
    }

    @TempDir
    Path folder;

    private static byte[] encrypt(byte[] plain) throws Exception {
        int pages = (plain.length + 4063) / 4064;
        ByteBuffer file = CheckpointBytes.le(4096 * (1 + pages));
        file.putInt(0x8943dd9e)
                .putInt(1)
                .putInt(4064)
                .putInt(16)
                .putInt(16)
                .putInt(0)
                .putLong(plain.length);
        for (int page = 0; page < pages; page++) {
            byte[] iv = new byte[16];
            Arrays.fill(iv, (byte) (page + 1));
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, 0, 32, "AES"), new IvParameterSpec(iv));
            byte[] data = Arrays.copyOfRange(plain, page * 4064, page * 4064 + 4064);
            file.position(4096 * (page + 1)).put(cipher.doFinal(data)).put(iv);
        }
        return file.array();
    }

    private Path encryptedCheckpoint() throws Exception {
        byte[] plain = CheckpointBytes.complete()
                .group(
                        "Snapshot",
                        CheckpointBytes.block("cfgFile", "displayName = \"x\""),
                        CheckpointBytes.block("nvramFile", new byte[9000], 0))
                .group("memory", CheckpointBytes.u32("regionsCount", 0))
                .bytes();
        return CheckpointBytes.write(folder.resolve("vm.vmss"), encrypt(plain));
    }

    @Test
    void recognisesAnEncryptedCheckpointWithoutKey() throws Exception {
        Path path = encryptedCheckpoint();

        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("encrypted machine");
    }

    @Test
    void readsCheckpointAndMemoryWithTheKey() throws Exception {
        byte[] image = new byte[3 * 4096];
        image[5000] = 77;
        CheckpointBytes.write(folder.resolve("vm.vmem"), encrypt(image));

        try (Checkpoint checkpoint = Checkpoint.open(encryptedCheckpoint(), Volume.system(), DataFileKey.of(KEY));
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            ByteBuffer one = ByteBuffer.allocate(1);
            memory.read(5000, one);
            assertThat(one.get(0)).isEqualTo((byte) 77);
            assertThat(memory.top()).isEqualTo(3 * 4096);
            assertThat(checkpoint.part(SnapshotPart.FIRMWARE_VARIABLES).orElseThrow())
                    .hasSize(9000);
            assertThatThrownBy(() -> CheckpointWriter.rewrite(checkpoint, folder.resolve("y"), Map.of(), Progress.NONE))
                    .isInstanceOf(UnsupportedFeatureException.class);
        }
    }

    @Test
    void saysThatAWrongKeyGivesNoCheckpoint() throws Exception {
        Path path = encryptedCheckpoint();

        assertThatThrownBy(() -> Checkpoint.open(path, Volume.system(), DataFileKey.of(new byte[32])))
                .isInstanceOf(MalformedFileException.class);
    }

    @Test
    void refusesALogicalSizeThatThePagesCantHold() throws Exception {
        for (long size : new long[] {-1, Long.MAX_VALUE, 4065}) {
            byte[] bytes = encrypt(new byte[10]);
            ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(24, size);
            Path path = CheckpointBytes.write(folder.resolve("x" + size), bytes);

            assertThatThrownBy(() -> Checkpoint.open(path, Volume.system(), DataFileKey.of(KEY)))
                    .isInstanceOf(MalformedFileException.class);
        }
    }

    @Test
    void neverPrintsTheKey() throws IOException {
        assertThat(DataFileKey.of(KEY)).hasToString("DataFileKey");
    }
}
