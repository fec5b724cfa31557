package io.vmdisk.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vmdisk.Progress;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.DiskHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In local mode, beside the library's own digest. */
class VmdiskSourceTest {
    private static final Path WEB01 = Path.of(System.getProperty("vmdisk.testdata"), "web01").toAbsolutePath().normalize();
    private static final AtomicBoolean KILLED = new AtomicBoolean();
    private static SparkSession spark;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        // Two tasks at a time, each tried three times.
        spark = SparkSession.builder()
                .master("local[2,3]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static String root(Path disk) throws Exception {
        try (VirtualDisk open = VirtualDisk.open(disk)) {
            return new DiskHash(2, Progress.NONE).treeRoot(open);
        }
    }

    private static Dataset<Row> load(String disk, String target) {
        return spark.read().format("vmdisk").option("target", target).load(disk);
    }

    @Test
    void theRootIsThatOfOneMachineWhateverTheParts() throws Exception {
        Path top = WEB01.resolve("web01-000002.vmdk");
        for (String target : List.of("1", "1000000", "1073741824")) {
            assertEquals(Map.of(top.toString(), root(top)), TreeRoots.of(load(top.toString(), target)));
        }
    }

    @Test
    void patternsNameManyDisksAndHadoopsFileSystemsAreRead() throws Exception {
        Map<String, String> roots = TreeRoots.of(load(WEB01 + "/web01-00000?.vmdk", "1000000"));
        assertEquals(2, roots.size());
        String address = "file://" + WEB01.resolve("web01-000001.vmdk");
        assertEquals(Map.of(address, root(WEB01.resolve("web01-000001.vmdk"))), TreeRoots.of(load(address, "1000000")));
    }

    @Test
    void rowsCoverTheDiskOnce() throws Exception {
        Path top = WEB01.resolve("web01-000002.vmdk");
        List<Row> rows = load(top.toString(), "1000000").select("offset", "length").orderBy("offset").collectAsList();
        long end = 0;
        for (Row row : rows) {
            assertEquals(end, row.getLong(0));
            end += row.getLong(1);
        }
        try (VirtualDisk open = VirtualDisk.open(top)) {
            assertEquals(open.capacity(), end);
        }
    }

    /** The data of the base are gone, its tables are not: a query of the map does not miss them. */
    @Test
    void aQueryOfTheMapReadsNoData() throws Exception {
        Path disk = folder.resolve("flat.vmdk");
        Files.writeString(
                disk,
                "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"vmfs\"\n"
                        + "RW 4096 VMFS \"flat-flat.vmdk\"\n");
        Files.write(folder.resolve("flat-flat.vmdk"), new byte[1 << 20]);
        Dataset<Row> rows = load(disk.toString(), "1000000");

        assertEquals(2, rows.select("offset", "kind", "depth").collectAsList().size());
        boolean failed = false;
        try {
            rows.select("sha256").collectAsList();
        } catch (Exception e) {
            failed = true;
        }
        assertTrue(failed, "half of the data is missing");
    }

    @Test
    void aTaskThatIsKilledAndTriedAgainChangesNothing() throws Exception {
        Path top = WEB01.resolve("web01-000002.vmdk");
        Dataset<Row> rows = load(top.toString(), "1000000");
        KILLED.set(false);
        Dataset<Row> troubled = rows.map(
                (MapFunction<Row, Row>) row -> {
                    if (row.getLong(2) > (1 << 20) && KILLED.compareAndSet(false, true)) {
                        throw new IllegalStateException("killed");
                    }
                    return row;
                },
                Encoders.row(rows.schema()));

        assertEquals(root(top), TreeRoots.of(troubled).get(top.toString()));
        assertTrue(KILLED.get());
    }

    @Test
    void entropyTellsRandomFromZeros() {
        List<Row> rows = load(WEB01.resolve("web01-000002.vmdk").toString(), "1000000")
                .where("entropy is not null")
                .select("entropy")
                .collectAsList();
        assertFalse(rows.isEmpty());
        rows.forEach(row -> assertTrue(row.getDouble(0) >= 0 && row.getDouble(0) <= 8));
    }
}
