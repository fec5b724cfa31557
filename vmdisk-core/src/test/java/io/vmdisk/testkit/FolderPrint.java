package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/** Every file, folder and link below a folder with its number, size, time and content: equal if nothing was touched. */
public final class FolderPrint {
    private FolderPrint() {}

    /** Taken now. */
    public static Map<String, String> of(Path folder) throws IOException {
        Map<String, String> print = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                print.put(name(path) + "/", attributes.fileKey() + " " + attributes.lastModifiedTime());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                String content = attributes.isSymbolicLink()
                        ? "-> " + Files.readSymbolicLink(path)
                        : attributes.isRegularFile() ? Sha256.of(path) : "other";
                print.put(
                        name(path),
                        attributes.fileKey() + " " + attributes.size() + " " + attributes.lastModifiedTime() + " "
                                + content);
                return FileVisitResult.CONTINUE;
            }

            private String name(Path path) {
                return folder.relativize(path).toString();
            }
        });
        return print;
    }
}
