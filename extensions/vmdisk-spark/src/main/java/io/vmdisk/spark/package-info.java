/**
 * VMware disks as a source of Spark.
 *
 * <p>{@code VmdiskSource} is found by its name, {@code vmdisk}; {@code VmdiskTable} knows the columns, {@code VmdiskScan} cuts
 * disks into parts that store equally much, and {@code PartReader} reads one of them where Spark runs it. What goes over the
 * wire is a {@code DiskPart}: a name and a range.
 */
package io.vmdisk.spark;
