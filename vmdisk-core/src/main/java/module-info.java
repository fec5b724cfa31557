/** VMware virtual disks: formats, chains, transfer, check and repair, plans and VM configuration. */
module io.vmdisk.core {
    requires com.google.common;
    requires org.apache.commons.io;
    requires java.net.http;
    requires static transitive org.jspecify;

    exports io.vmdisk;
    exports io.vmdisk.bulk to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.check;
    exports io.vmdisk.check.evidence to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.compare;
    exports io.vmdisk.descriptor;
    exports io.vmdisk.descriptor.files to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.dictionary;
    exports io.vmdisk.disk;
    exports io.vmdisk.disk.make to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.disk.resize to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.disks;
    exports io.vmdisk.export;
    exports io.vmdisk.extent to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.format to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.guest to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.guest.partition to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.guest.scan to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.hash;
    exports io.vmdisk.names to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.nbd;
    exports io.vmdisk.plan to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.plan.disk to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.plan.step to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.repair to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.space to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.transfer to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.storage;
    exports io.vmdisk.storage.look to
            io.vmdisk.snapshot,
            io.vmdisk.cli;
    exports io.vmdisk.remote;
    exports io.vmdisk.vmx;
    exports io.vmdisk.vmx.hardware;
    exports io.vmdisk.vmx.lint;
}
