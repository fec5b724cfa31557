package io.vmdisk.spark;

import io.vmdisk.Run;
import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.DiskSplit;
import io.vmdisk.hash.DiskSplits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.util.SerializableConfiguration;

/** Which disks, which columns, and in which parts. */
final class VmdiskScan implements ScanBuilder, SupportsPushDownRequiredColumns, Scan, Batch {
    private static final long USUAL_TARGET = 1L << 30;

    private final CaseInsensitiveStringMap options;
    private StructType wanted = VmdiskTable.COLUMNS;

    VmdiskScan(CaseInsensitiveStringMap options) {
        this.options = options;
    }

    @Override
    public void pruneColumns(StructType columns) {
        wanted = columns;
    }

    @Override
    public Scan build() {
        return this;
    }

    @Override
    public StructType readSchema() {
        return wanted;
    }

    @Override
    public Batch toBatch() {
        return this;
    }

    @Override
    public InputPartition[] planInputPartitions() {
        Configuration hadoop = hadoop();
        List<DiskPart> parts = new ArrayList<>();
        try {
            for (String disk : disks(hadoop)) {
                try (VirtualDisk open = VirtualDisk.open(Places.path(disk, hadoop))) {
                    for (DiskSplit split : DiskSplits.of(open, options.getLong("target", USUAL_TARGET))) {
                        long start = split.range().start();
                        long end = split.range().end();
                        parts.add(new DiskPart(disk, start, end, hosts(open, start, end, disk, hadoop)));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parts.toArray(InputPartition[]::new);
    }

    private Set<String> disks(Configuration hadoop) throws IOException {
        List<String> patterns = new ArrayList<>();
        if (options.containsKey("path")) {
            patterns.add(options.get("path"));
        }
        String several = options.get("paths");
        if (several != null) {
            // As Spark hands on the names of load(a, b): an array of JSON.
            for (String each : several.replaceAll("^\\[|\\]$", "").split("\",\"")) {
                patterns.add(each.replace("\"", "").replace("\\/", "/"));
            }
        }
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("say which disk: load(\"web01.vmdk\")");
        }
        Set<String> disks = new LinkedHashSet<>();
        for (String pattern : patterns) {
            disks.addAll(Places.matching(pattern, hadoop));
        }
        return disks;
    }

    /** Those that have the first byte that the part stores. */
    private static String[] hosts(VirtualDisk disk, long start, long end, String name, Configuration hadoop)
            throws IOException {
        String[][] hosts = {new String[0]};
        disk.locate(start, end - start, RunSink.of(run -> {
            if (run instanceof Run.Data data) {
                hosts[0] = Places.hosts(data.file(), data.at(), name, hadoop);
                return false;
            }
            if (run instanceof Run.Compressed packed) {
                hosts[0] = Places.hosts(packed.file(), packed.at(), name, hadoop);
                return false;
            }
            return true;
        }));
        return hosts[0];
    }

    private static Configuration hadoop() {
        return SparkSession.active().sparkContext().hadoopConfiguration();
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        SerializableConfiguration hadoop = new SerializableConfiguration(hadoop());
        StructType columns = wanted;
        return new Factory(hadoop, columns);
    }

    private record Factory(SerializableConfiguration hadoop, StructType columns) implements PartitionReaderFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public org.apache.spark.sql.connector.read.PartitionReader<org.apache.spark.sql.catalyst.InternalRow> createReader(
                InputPartition partition) {
            try {
                return PartReader.open((DiskPart) partition, columns, hadoop.value());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
