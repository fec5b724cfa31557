package io.vmdisk.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes disks in the formats that no free tool writes, with the Python scripts beside the samples: independent of our
 * own code, so fit to test it. Both scripts explain their options with {@code --help}.
 */
public final class Generators {
    private static final class Found {
        static final boolean PYTHON = Command.present("python3");
        /** The program itself: where "python3" is a script that picks one of several, each start costs a shell or two. */
        static final String PROGRAM = PYTHON ? program() : "python3";

        private static String program() {
            try {
                return Command.run(null, List.of("python3", "-c", "import sys; print(sys.executable)"))
                        .outOrFail()
                        .strip();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Generators() {}

    /** Makes an SEsparse disk {@code name.vmdk} with {@code name-sesparse.vmdk}; the answer is the descriptor. */
    public static Path sesparse(Path folder, String name, Object... options) throws IOException {
        return run("gen_sesparse.py", folder, name, options);
    }

    /** Makes a VMFS sparse (COWD) disk {@code name.vmdk} with its extent; the answer is the descriptor. */
    public static Path cowd(Path folder, String name, Object... options) throws IOException {
        return run("gen_cowd.py", folder, name, options);
    }

    private static Path run(String script, Path folder, String name, Object... options) throws IOException {
        Path program = Sample.folder().toAbsolutePath().resolve(script);
        Needs.require(Found.PYTHON, "python3 is not installed");
        List<String> command = new ArrayList<>(List.of(Found.PROGRAM, program.toString(), "--out", name));
        for (Object option : options) {
            command.add(option.toString());
        }
        Command.run(folder, command).outOrFail();
        Tally.FOREIGN_DISKS.count();
        return folder.resolve(name + ".vmdk");
    }
}
