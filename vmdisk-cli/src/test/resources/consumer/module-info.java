module consumer {
    requires io.vmdisk.snapshot;
}
