package io.vmdisk.snapshot.vmsn;

import io.vmdisk.snapshot.vmsn.CheckpointTag.Form;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A picture of the guest's screen.
 *
 * @param tag where it lies; read it with {@link Checkpoint#bytes}
 * @param png whether it begins as a PNG does; name it {@code .png} only then
 */
public record Screenshot(CheckpointTag tag, boolean png) {
    private static final String GROUP = "MKSVMX";
    private static final String LATEST = "imageData";
    private static final String NUMBERED = "checkpoint.mks.screenshot";
    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    static List<Screenshot> all(Checkpoint checkpoint) throws IOException {
        var group = checkpoint.group(GROUP);
        if (group.isEmpty()) {
            return List.of();
        }
        List<Screenshot> found = new ArrayList<>();
        for (CheckpointTag tag : checkpoint.tags(group.get()).tags()) {
            boolean named = tag.name().equals(LATEST) || tag.name().equals(NUMBERED);
            if (named && tag.form() == Form.BLOCK && tag.storedBytes() > 0) {
                found.add(new Screenshot(tag, isPng(checkpoint, tag)));
            }
        }
        return List.copyOf(found);
    }

    private static boolean isPng(Checkpoint checkpoint, CheckpointTag tag) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(PNG_SIGNATURE.length);
        checkpoint.read(tag, 0, start);
        return Arrays.equals(start.array(), PNG_SIGNATURE);
    }
}
