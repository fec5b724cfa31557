package io.vmdisk.cli;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.plan.Recovery;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.FileKind;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finishes or undoes an operation that was interrupted. */
@Command(
        name = "recover",
        description = "Finishes an operation that was interrupted, or undoes it if it had not changed anything yet.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk recover --dry-run web01",
            "  vmdisk recover /vms/web01/web01.vmx",
        })
final class RecoverCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Parameters(
            index = "0",
            paramLabel = "VM|DIR",
            converter = VmArgument.Converter.class,
            description = "A machine, or the folder where something was interrupted.")
    private VmArgument target = new VmArgument(Path.of(""));

    @Option(names = "--dry-run", description = "Say what was interrupted, and do nothing.")
    private boolean dryRun;

    RecoverCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Volume volume = Volume.system();
        Path given = target.path().toAbsolutePath().normalize();
        boolean there = volume.exists(given);
        boolean isFolder = there && volume.facts(given).kind() == FileFacts.Kind.FOLDER;
        Path folder = isFolder ? given : AtomicName.folderOf(given);
        if (!isFolder) {
            requireMachine(volume, target.path(), there, folder);
        }
        Recovery looking = new Recovery(volume, io.vmdisk.Progress.NONE);
        Optional<String> operation = looking.interrupted(folder);
        if (operation.isEmpty()) {
            operation = Recovered.making(looking.unfinishedDisks(folder));
        }
        if (dryRun) {
            global.show(new Recovered(folder, operation, Optional.empty()));
            return ExitCodes.DONE;
        }
        global.ifCancelled("the operation is still interrupted: 'vmdisk recover' again");
        Recovery.Outcome outcome;
        try (ProgressBar progress = global.progress()) {
            // What was interrupted may have given the configuration another name.
            Optional<Path> configuration = configuration(volume.exists(given) ? given : folder);
            outcome = configuration.isPresent()
                    ? new MachineWork(volume, progress).recover(configuration.get())
                    : new Recovery(volume, progress).recover(folder);
        }
        global.show(new Recovered(folder, operation, Optional.of(outcome)));
        return ExitCodes.DONE;
    }

    /** What was interrupted may have given the machine another name; any other name that is not there is a slip. */
    private static void requireMachine(Volume volume, Path typed, boolean there, Path folder) throws IOException {
        boolean named = typed.toString().endsWith(".vmx") || typed.toString().endsWith(".vmtx");
        if (there && !named) {
            FileKind kind = FileKind.of(volume, typed);
            throw new UnsupportedFeatureException(
                    "not-a-machine",
                    typed,
                    "this is " + kind.words() + ", not a machine or a folder",
                    "'vmdisk recover " + folder + "' looks at its folder");
        }
        boolean renamed = named
                && volume.exists(folder)
                && new Recovery(volume, io.vmdisk.Progress.NONE)
                        .interrupted(folder)
                        .isPresent();
        if (!there && !renamed) {
            throw new NoSuchFileException(typed.toString());
        }
    }

    /** A folder of disks without a machine, or with several, is recovered all the same. */
    private static Optional<Path> configuration(Path given) throws IOException {
        try {
            return Optional.of(new VmArgument(given).configuration())
                    .filter(path -> !path.equals(given)
                            || path.toString().endsWith(".vmx")
                            || path.toString().endsWith(".vmtx"));
        } catch (UnsafeStateException e) {
            return Optional.empty();
        }
    }
}
