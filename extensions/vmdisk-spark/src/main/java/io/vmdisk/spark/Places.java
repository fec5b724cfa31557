package io.vmdisk.spark;

import io.vmdisk.remote.StoreAddress;
import io.vmdisk.remote.StoreFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/** Names of disks: files of this machine, what vmdisk reads by itself, and whatever Hadoop has a file system for. */
final class Places {
    private static final String LOCAL = "file:";

    private Places() {}

    private static boolean isHadoops(String name) {
        return name.matches("(?s)[a-zA-Z][a-zA-Z0-9+.-]+://.*") && !StoreAddress.isOne(name);
    }

    /** The path that the library opens. */
    static Path path(String name, Configuration hadoop) throws IOException {
        if (StoreAddress.isOne(name)) {
            return StoreAddress.parse(name).path();
        }
        if (isHadoops(name)) {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(name);
            return StoreFileSystem.of(new HadoopStore(path.getFileSystem(hadoop), path))
                    .getPath(path.toUri().getPath());
        }
        return Path.of(name.startsWith(LOCAL) ? name.substring(LOCAL.length()) : name);
    }

    /** The disks that a pattern means, each by its name; one without special letters means itself. */
    static List<String> matching(String pattern, Configuration hadoop) throws IOException {
        if (!pattern.matches("(?s).*[*?\\[{].*") || StoreAddress.isOne(pattern)) {
            return List.of(pattern);
        }
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(pattern);
        List<String> names = new ArrayList<>();
        FileStatus[] found = path.getFileSystem(hadoop).globStatus(path);
        for (FileStatus each : found == null ? new FileStatus[0] : found) {
            String name = each.getPath().toString();
            names.add(name.startsWith(LOCAL) ? name.substring(LOCAL.length()) : name);
        }
        return names;
    }

    /** Which hosts have a byte of a file. */
    static String[] hosts(Path file, long at, String disk, Configuration hadoop) {
        if (!isHadoops(disk)) {
            return new String[0];
        }
        try {
            // The path's text is the store's name and the key.
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toString());
            BlockLocation[] blocks = path.getFileSystem(hadoop).getFileBlockLocations(path, at, 1);
            return blocks == null || blocks.length == 0
                    ? new String[0]
                    : Arrays.stream(blocks[0].getHosts())
                            .filter(host -> !host.equals("localhost"))
                            .toArray(String[]::new);
        } catch (IOException e) {
            // A wish, not a need.
            return new String[0];
        }
    }
}
