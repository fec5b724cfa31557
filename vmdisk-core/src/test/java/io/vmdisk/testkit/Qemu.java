package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The other implementation: {@code qemu-img} and {@code qemu-io}, as judges of what we write and authors of what we read. */
public final class Qemu {
    private static final class Found {
        static final boolean BOTH = Command.present("qemu-img") && Command.present("qemu-io");
    }

    private Qemu() {}

    /** Skips the test where QEMU's tools are not installed; fails it in CI. */
    public static void assumePresent() {
        Needs.require(Found.BOTH, "qemu-img and qemu-io (package qemu-utils) are not installed");
    }

    /** Runs {@code qemu-img}; any exit code but 0 fails the test. */
    public static String img(Object... arguments) throws IOException {
        return tryImg(arguments).outOrFail();
    }

    /** Runs {@code qemu-img} and leaves the judgement to the caller. */
    public static Command.Result tryImg(Object... arguments) throws IOException {
        assumePresent();
        List<String> command = new ArrayList<>(List.of("qemu-img"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return Command.run(null, command);
    }

    /**
     * Runs {@code qemu-io} on an image of the given format.
     *
     * @param commands of qemu-io, such as {@code write -P 0x5a 0 64k}; a failing one fails the test
     */
    public static String io(String format, Path image, String... commands) throws IOException {
        assumePresent();
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", format));
        for (String each : commands) {
            command.add("-c");
            command.add(each);
        }
        command.add(image.toString());
        return Command.run(null, command).outOrFail();
    }

    /** Runs {@code qemu-io} once for many images of a format, as {@link #io} does for one. */
    public static void ioEach(String format, Map<Path, List<String>> commands) throws IOException {
        assumePresent();
        List<String> command = new ArrayList<>(List.of("qemu-io"));
        commands.forEach((image, words) -> {
            command.addAll(List.of("-c", "open -o cache.no-flush=on,driver=" + format + " " + image));
            words.forEach(each -> command.addAll(List.of("-c", each)));
            command.addAll(List.of("-c", "close"));
        });
        Command.run(null, command).outOrFail();
    }

    /** Converts an image to raw content, as QEMU sees it. */
    public static void toRaw(String format, Path image, Path raw) throws IOException {
        img("convert", "-f", format, "-O", "raw", image, raw);
    }
}
