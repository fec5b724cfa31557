package io.vmdisk.snapshot.vmsn;

/** The files of a machine that a checkpoint keeps a copy of, in its group {@code Snapshot}. */
public enum SnapshotPart {
    /** The complete {@code .vmx} at that moment; never rewritten, so its disk names may be stale: trust the .vmsd. */
    CONFIGURATION("cfgFile"),
    /** The {@code .nvram}: firmware variables. */
    FIRMWARE_VARIABLES("nvramFile"),
    /** The {@code .vmxf}. */
    EXTENDED_CONFIGURATION("extendedConfigFile");

    static final String GROUP = "Snapshot";

    private final String tag;

    SnapshotPart(String tag) {
        this.tag = tag;
    }

    /** The tag that holds it. */
    public String tag() {
        return tag;
    }
}
