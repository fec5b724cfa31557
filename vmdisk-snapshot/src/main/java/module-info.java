/** Virtual machines as a whole. */
module io.vmdisk.snapshot {
    requires transitive io.vmdisk.core;
    requires com.google.common;
    requires java.xml;
    requires static transitive org.jspecify;

    exports io.vmdisk.clone to
            io.vmdisk.cli;
    exports io.vmdisk.machine;
    exports io.vmdisk.machine.model;
    exports io.vmdisk.rescue to
            io.vmdisk.cli;
    exports io.vmdisk.snapshot to
            io.vmdisk.cli;
    exports io.vmdisk.snapshot.vmsd;
    exports io.vmdisk.snapshot.vmsn to
            io.vmdisk.cli;
    exports io.vmdisk.vm to
            io.vmdisk.cli;
}
