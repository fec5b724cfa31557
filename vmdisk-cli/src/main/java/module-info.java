/** The vmdisk command. */
module io.vmdisk.cli {
    requires io.vmdisk.core;
    requires io.vmdisk.snapshot;
    requires info.picocli;
    requires com.fasterxml.jackson.core;
    // Only for pictures in PNG; without it the rest works.
    requires static java.desktop;
    requires static org.jspecify;

    opens io.vmdisk.cli.disk to
            info.picocli;
    opens io.vmdisk.cli.line to
            info.picocli;
    opens io.vmdisk.cli.machine to
            info.picocli;
    opens io.vmdisk.cli.report to
            info.picocli;
    opens io.vmdisk.cli.start to
            info.picocli;
    opens io.vmdisk.cli.vmx to
            info.picocli;
}
