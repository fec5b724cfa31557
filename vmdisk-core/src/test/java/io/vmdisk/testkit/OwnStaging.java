package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The token of a folder in which a disk is made, as a crash leaves it: it says that vmdisk made the folder. */
public final class OwnStaging {
    /** Its name. */
    public static final String NAME = ".vmdisk-staging";

    private OwnStaging() {}

    /** The token of a folder whose file system has no numbers. */
    public static byte[] token(String... files) {
        return text("", files);
    }

    /** Makes a folder on disk, and puts its token into it. */
    public static Path make(Path folder, String... files) throws IOException {
        Files.createDirectory(folder);
        String number = "folder = \"" + Files.getAttribute(folder, "unix:ino") + "\"\n";
        Files.write(folder.resolve(NAME), text(number, files));
        return folder;
    }

    private static byte[] text(String more, String... files) {
        StringBuilder text =
                new StringBuilder("vmdisk.staging = \"1\"\n" + more + "files = \"" + files.length + "\"\n");
        for (int i = 0; i < files.length; i++) {
            text.append("file").append(i).append(" = \"").append(files[i]).append("\"\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
