package io.vmdisk.storage;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Tells whether holes can be punched into the files of a folder, by trying it on a file made for that.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class PunchProbe {
    private static final String NAME = ".vmdisk-probe";
    private static final int FIRST_JAVA = 22;
    private static final int BYTES = 65536;

    private PunchProbe() {}

    /**
     * Refuses a folder in whose files no hole can be punched.
     *
     * @param volume that has the folder
     * @param folder in which a file of 64 KiB is made and removed
     * @throws UnsupportedFeatureException {@code punch}, which says whether this JVM or the file system can't do it
     * @throws IOException if that file can't be made
     */
    public static void require(Volume volume, Path folder) throws IOException {
        Path probe = folder.resolve(NAME);
        if (volume.exists(probe)) {
            volume.delete(probe);
        }
        boolean possible;
        try (BlockFile file = volume.open(probe, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.allocate(BYTES));
            possible = file.punch(0, BYTES);
        } finally {
            volume.delete(probe);
        }
        if (!possible) {
            throw impossible(folder);
        }
    }

    /**
     * {@return the exception for a folder where holes can't be punched, with what can be done instead; the caller
     * throws it}
     *
     * @param folder for the message
     */
    public static UnsupportedFeatureException impossible(Path folder) {
        int java = Runtime.version().feature();
        if (java < FIRST_JAVA) {
            return new UnsupportedFeatureException(
                    "punch",
                    folder,
                    "holes can't be punched by Java " + java + ", only by Java " + FIRST_JAVA + " and later",
                    Remedy.say("run it with a newer Java, or say ").with(Kind.COMPACT));
        }
        return new UnsupportedFeatureException(
                "punch",
                folder,
                NativeFile.available()
                        ? "the file system of this folder can't punch holes"
                        : "holes can't be punched: this Java has no native access, or its platform is not 64-bit Linux",
                NativeFile.available()
                        ? Remedy.say("say ").with(Kind.COMPACT)
                        : Remedy.say("start it with ")
                                .with(Kind.NATIVE_ACCESS)
                                .and(", or say ")
                                .with(Kind.COMPACT));
    }
}
