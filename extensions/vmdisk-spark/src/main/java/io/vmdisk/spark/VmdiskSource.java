package io.vmdisk.spark;

import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * {@code spark.read().format("vmdisk").load("/vms/web01/web01.vmdk")}.
 *
 * <p>Options: {@code path} and {@code paths}, names of disks or patterns of Hadoop's file systems; {@code target}, the bytes
 * that a part stores, 1 GiB if not given.
 */
public final class VmdiskSource implements TableProvider, DataSourceRegister {
    @Override
    public String shortName() {
        return "vmdisk";
    }

    @Override
    public StructType inferSchema(CaseInsensitiveStringMap options) {
        return VmdiskTable.COLUMNS;
    }

    @Override
    public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
        return new VmdiskTable(new CaseInsensitiveStringMap(properties));
    }
}
