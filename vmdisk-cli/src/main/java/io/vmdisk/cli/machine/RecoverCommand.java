package io.vmdisk.cli.machine;

import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.cli.answer.Dropped;
import io.vmdisk.cli.answer.RecoveryResult;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.plan.Interruption;
import io.vmdisk.plan.Recovery;
import io.vmdisk.plan.RecoveryTrust;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.FileKind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
            "  vmdisk recover --search /vms/clone01 web01",
            "  vmdisk recover --force=copy copy-of-web01",
            "  vmdisk recover --drop copy-of-web01",
        })
public final class RecoverCommand implements Callable<Integer> {
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

    @Option(
            names = "--search",
            paramLabel = "DIR",
            description = "Files of this folder may change too, if the operation was at work there, as a clone is.")
    private List<Path> search = List.of();

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            converter = DangerConverter.class,
            description = "Go on in spite of a danger that an error named: outside, copy, mark.")
    private List<RecoveryTrust.Danger> agreed = List.of();

    @Option(
            names = "--drop",
            description = "Give the operation up: set its journal aside, and leave all files as they are.")
    private boolean drop;

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public RecoverCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Volume volume = datastores.volume();
        Path given = target.path().toAbsolutePath().normalize();
        boolean there = volume.exists(given);
        boolean isFolder = there && volume.facts(given).kind() == FileFacts.Kind.FOLDER;
        Path folder = isFolder ? given : AtomicName.folderOf(given);
        if (!isFolder) {
            requireMachine(volume, target.path(), there, folder);
        }
        Recovery looking = new Recovery(volume, io.vmdisk.Progress.NONE);
        if (drop) {
            return drop(looking, folder);
        }
        RecoveryTrust trust = new RecoveryTrust(search, Set.copyOf(agreed));
        Optional<Interruption> found = looking.look(folder, trust);
        List<Path> making = looking.unfinishedDisks(folder);
        if (dryRun) {
            global.show(target.path(), new RecoveryResult(folder, found, making, Optional.empty()));
            return ExitCodes.DONE;
        }
        global.ifCancelled("the operation is still interrupted: 'vmdisk recover' again");
        RecoveryOutcome outcome;
        try (ProgressBar progress = global.progress()) {
            // What was interrupted may have given the configuration another name.
            Optional<Path> configuration = configuration(volume.exists(given) ? given : folder);
            outcome = configuration.isPresent()
                    ? new MachineWork(volume, progress).recover(configuration.get(), trust)
                    : new Recovery(volume, progress).recover(folder, trust);
        } catch (UnsafeStateException e) {
            found.ifPresent(interruption -> tell(interruption));
            throw e;
        }
        global.show(target.path(), new RecoveryResult(folder, found, making, Optional.of(outcome)));
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
        boolean renamed =
                named && volume.exists(folder) && new Recovery(volume, io.vmdisk.Progress.NONE).isInterrupted(folder);
        if (!there && !renamed) {
            throw new NoSuchFileException(typed.toString());
        }
    }

    /** What was refused, so that nobody has to agree to what was not seen. */
    private void tell(Interruption interruption) {
        global.note(interruption.plan().operation() + ": what is left of it, as the journal says:");
        interruption.remaining().forEach(line -> global.note("  " + line));
    }

    private int drop(Recovery recovery, Path folder) throws IOException {
        if (dryRun) {
            boolean there = recovery.isInterrupted(folder);
            global.show(
                    target.path(), new Dropped(folder, Optional.empty(), there ? Outcome.DRY_RUN : Outcome.NOTHING));
            return ExitCodes.DONE;
        }
        Optional<Path> aside = recovery.drop(folder);
        global.show(target.path(), new Dropped(folder, aside, aside.isPresent() ? Outcome.DONE : Outcome.NOTHING));
        return ExitCodes.DONE;
    }

    /** Reads a danger by the word of its error. */
    static final class DangerConverter extends PicocliConverter<RecoveryTrust.Danger> {
        DangerConverter() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<RecoveryTrust.Danger> {
            @Override
            public RecoveryTrust.Danger convert(String text) {
                return RecoveryTrust.Danger.of(text)
                        .orElseThrow(() -> new WordException("'" + text + "' is none of outside, copy, mark"));
            }
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
