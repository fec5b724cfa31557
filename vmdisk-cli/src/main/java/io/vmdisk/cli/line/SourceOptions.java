package io.vmdisk.cli.line;

import io.vmdisk.disk.OpenOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where parts of a disk are that is read, if not where it says. */
public final class SourceOptions {
    @Option(
            names = "--parent",
            paramLabel = "PATH",
            converter = PlaceConverter.class,
            description = "Use this parent in place of the one the disk names; its content ID is still checked.")
    private @Nullable Path parent;

    @Option(
            names = "--device",
            paramLabel = "PATH",
            description = "The device, or an image of it, behind a raw device mapping; never opened without this.")
    private @Nullable Path device;

    /** What the library is told. */
    public OpenOptions forReading() {
        OpenOptions options = OpenOptions.readOnly();
        if (parent != null) {
            options = options.withParent(parent);
        }
        return device == null ? options : options.withDevice(device);
    }
}
