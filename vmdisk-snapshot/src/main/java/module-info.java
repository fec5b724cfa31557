/** Virtual machines as a whole. */
module io.vmdisk.snapshot {
    requires transitive io.vmdisk.core;
    requires com.google.common;
    requires java.xml;
    requires static org.jspecify;

    exports io.vmdisk.clone;
    exports io.vmdisk.machine;
    exports io.vmdisk.rescue;
    exports io.vmdisk.snapshot;
    exports io.vmdisk.snapshot.vmsd;
    exports io.vmdisk.snapshot.vmsn;
    exports io.vmdisk.vm;
}
