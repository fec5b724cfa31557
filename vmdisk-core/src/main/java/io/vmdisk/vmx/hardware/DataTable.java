package io.vmdisk.vmx.hardware;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads this package's own tables: a row a line, columns separated by tabs, comments behind {@code #}. */
final class DataTable {
    private DataTable() {}

    static List<List<String>> read(String resource) {
        // Not through Guava's Resources: the module's resources are open to its own code only.
        try (InputStream in = DataTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("not found: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> Splitter.on('\t').splitToList(line))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the module lacks its own table " + resource, e);
        }
    }
}
