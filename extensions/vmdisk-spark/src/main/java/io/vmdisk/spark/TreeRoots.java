package io.vmdisk.spark;

import io.vmdisk.hash.TreeDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Tree digests of disks, from the digests of their chunks: what {@code vmdisk hash --tree} says. */
public final class TreeRoots {
    private TreeRoots() {}

    /**
     * The root of each disk by its name.
     *
     * @param rows of the source {@code vmdisk}, with all chunks of the disks; 40 bytes for each come to the driver
     */
    public static Map<String, String> of(Dataset<Row> rows) {
        Map<String, TreeDigest> digests = new TreeMap<>();
        List<Row> capacities = rows.select("disk", "capacity").distinct().collectAsList();
        for (Row row : capacities) {
            digests.put(row.getString(0), new TreeDigest(row.getLong(1)));
        }
        Dataset<Row> chunks = rows.select("disk", "offset", "sha256")
                .where(functions.col("sha256").isNotNull())
                .dropDuplicates("disk", "offset")
                .orderBy("disk", "offset");
        chunks.toLocalIterator().forEachRemaining(row -> digests.get(row.getString(0))
                .add(row.getLong(1), HexFormat.of().parseHex(row.getString(2))));
        Map<String, String> roots = new TreeMap<>();
        digests.forEach((disk, digest) -> roots.put(disk, digest.root()));
        return roots;
    }
}
