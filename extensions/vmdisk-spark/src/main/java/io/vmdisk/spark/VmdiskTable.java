package io.vmdisk.spark;

import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A row for each chunk of 1 MiB in which a disk stores anything, and one for each stretch without.
 *
 * <p>{@code sha256} is that of a chunk for the tree digest, so null where a chunk is all zeros; {@code entropy} is in bits for
 * a byte. A query that asks for neither reads tables only.
 */
final class VmdiskTable implements Table, SupportsRead {
    static final StructType COLUMNS = new StructType()
            .add("disk", DataTypes.StringType, false)
            .add("capacity", DataTypes.LongType, false)
            .add("offset", DataTypes.LongType, false)
            .add("length", DataTypes.LongType, false)
            .add("kind", DataTypes.StringType, false)
            .add("depth", DataTypes.IntegerType, true)
            .add("sha256", DataTypes.StringType, true)
            .add("entropy", DataTypes.DoubleType, true);

    private final CaseInsensitiveStringMap options;

    VmdiskTable(CaseInsensitiveStringMap options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "vmdisk";
    }

    @Override
    @SuppressWarnings("deprecation")
    public StructType schema() {
        return COLUMNS;
    }

    @Override
    public Set<TableCapability> capabilities() {
        return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap asked) {
        return new VmdiskScan(options);
    }
}
