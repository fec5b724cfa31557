package io.vmdisk.spark;

import org.apache.spark.sql.connector.read.InputPartition;

/**
 * What one task reads; each task opens the disk anew.
 *
 * @param disk its name
 * @param start the first byte
 * @param end the one behind the last
 * @param hosts which have what it stores; empty where nobody knows
 */
record DiskPart(String disk, long start, long end, String[] hosts) implements InputPartition {
    private static final long serialVersionUID = 1L;

    @Override
    public String[] preferredLocations() {
        return hosts;
    }
}
