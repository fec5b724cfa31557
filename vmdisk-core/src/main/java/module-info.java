/** VMware virtual disks: formats, chains, transfer, check and repair, plans and VM configuration. */
module io.vmdisk.core {
    requires com.google.common;
    requires org.apache.commons.io;
    requires static org.jspecify;

    exports io.vmdisk;
    exports io.vmdisk.check;
    exports io.vmdisk.descriptor;
    exports io.vmdisk.dictionary;
    exports io.vmdisk.disk;
    exports io.vmdisk.disk.make;
    exports io.vmdisk.disk.resize;
    exports io.vmdisk.guest;
    exports io.vmdisk.guest.partition;
    exports io.vmdisk.guest.scan;
    exports io.vmdisk.hash;
    exports io.vmdisk.nbd;
    exports io.vmdisk.plan;
    exports io.vmdisk.plan.disk;
    exports io.vmdisk.plan.step;
    exports io.vmdisk.repair;
    exports io.vmdisk.space;
    exports io.vmdisk.transfer;
    exports io.vmdisk.storage to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.vmx;
    exports io.vmdisk.vmx.hardware;
    exports io.vmdisk.vmx.lint;
}
