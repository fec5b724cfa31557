package io.vmdisk.cli.machine;

import io.vmdisk.cli.answer.ConvertedDisk;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FactOptions;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.OperandForms;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.SourceOptions;
import io.vmdisk.cli.line.SyncOptions;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.disk.make.EsxiFit;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.ConvertCost;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies a disk with all its parents, or makes a delta on it; or makes a machine from a machine. */
@Command(
        name = "clone",
        customSynopsis = {"vmdisk clone [OPTIONS] DISK NEW", "       vmdisk clone [OPTIONS] VM DIR"},
        description = {
            "Copies a disk or a machine, wholly or as a delta on the old one.",
            "Of a disk with all its parents it makes one new disk of its own identity, or with "
                    + "--linked a delta on it: from then on the disk must not change. The new disk says of itself "
                    + "what the old one does (hardware version, geometry, tools, comment), but for its UUID.",
            "Of a machine it makes another one in DIR: with copies of its disks, or with "
                    + "--linked SNAP on the disks of a snapshot, or with --instant going on where a "
                    + "suspended machine stopped."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk clone web01-000002.vmdk copy.vmdk",
            "  vmdisk clone web01.vmdk copy.vmdk -O thin",
            "  vmdisk clone --linked golden.vmdk web02.vmdk",
            "  vmdisk clone golden /vms/web02 -O thin --hostname web02 --ip 10.0.0.5/24",
            "  vmdisk clone web01 /vms/test --linked clean --set memSize=2048",
            "  vmdisk clone golden.vmtx /vms/farm --count 20 --hostname 'node{}'",
        })
public final class CloneCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Parameters(
            index = "0",
            paramLabel = "DISK|VM",
            converter = DiskArgument.Converter.class,
            description =
                    "A descriptor, a monolithic or extent .vmdk, or raw:PATH; a .vmx, .vmtx or the folder of a VM.")
    private DiskArgument source;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NEW|DIR",
            description = "The new disk, which must not exist; of a VM the new folder, which may be empty.")
    private @Nullable Path target;

    @Option(
            names = {"-O", "--format"},
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            completionCandidates = FormatConverter.Candidates.class,
            description = "The format of new disks, if not that of the source's: ${COMPLETION-CANDIDATES}."
                    + FormatConverter.OR_SHORT)
    private @Nullable DiskFormat format;

    @Option(
            names = "--linked",
            arity = "0..1",
            paramLabel = "SNAP",
            fallbackValue = "",
            description = "Make deltas in place of copies; of a VM on the disks of a snapshot: a name, a uid, or a path"
                    + " of names.")
    private @Nullable String linked;

    @Option(names = "--dry-run", description = "Say which files would be made, after all checks; nothing is changed.")
    private boolean rehearsal;

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description = "Go on in spite of a danger that an error named: of a DISK cid, broken-chain, outside-folder;"
                    + " of a VM suspended, crashed.")
    private List<String> agreed = new ArrayList<>();

    @ArgGroup(validate = false, heading = OperandForms.DISK, order = 10)
    private DiskForm diskForm = new DiskForm();

    @ArgGroup(validate = false, heading = OperandForms.MACHINE, order = 20)
    private MachineCloneOptions machineForm = new MachineCloneOptions();

    /** Options that are for a disk only. */
    static final class DiskForm {
        @ArgGroup(validate = false)
        private SourceOptions source = new SourceOptions();

        @ArgGroup(validate = false)
        private FactOptions facts = new FactOptions();

        @ArgGroup(validate = false)
        private ThreadOptions threads = new ThreadOptions();

        @ArgGroup(validate = false)
        private SyncOptions sync = new SyncOptions();
    }

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public CloneCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        giveBackOperand();
        if (target == null) {
            throw usage("Missing required parameter: 'NEW|DIR'");
        }
        OperandKind subject = OperandKind.of(source, Volume.system());
        OperandForms.refuseOther(global, subject);
        if (subject == OperandKind.MACHINE) {
            Set<Consent> consents = EnumSet.noneOf(Consent.class);
            consents.addAll(
                    OperandForms.words("--force", agreed, List.of(Consent.SUSPENDED, Consent.CRASHED), Consent::word));
            machineForm.run(
                    global,
                    new MachineCloneOptions.Wanted(
                            source.path(),
                            datastores.volume(),
                            target,
                            Optional.ofNullable(linked),
                            Optional.ofNullable(format),
                            consents,
                            rehearsal ? MachineCloneOptions.Mode.REHEARSAL : MachineCloneOptions.Mode.WORK));
        } else {
            if (linked != null && !linked.isEmpty()) {
                throw usage("--linked of a disk takes no snapshot: '" + linked + "'");
            }
            List<OpeningOptions.ReadDanger> dangers = OperandForms.words(
                    "--force",
                    agreed,
                    List.of(OpeningOptions.ReadDanger.values()),
                    OpeningOptions.ReadDanger::toString);
            cloneDisk(target, OpeningOptions.agreeing(diskForm.source.forReading(), dangers));
        }
        return ExitCodes.DONE;
    }

    private UsageException usage(String problem) {
        return new UsageException(problem);
    }

    /** Of a disk {@code --linked} is a mere word, so what it took for its value is the operand that is missing. */
    private void giveBackOperand() {
        if (target != null || linked == null || linked.isEmpty()) {
            return;
        }
        List<String> words = global.typed();
        int option = words.indexOf("--linked");
        boolean attached = option < 0;
        if (attached) {
            return;
        }
        boolean before = words.subList(0, option).contains(source.toString());
        if (before) {
            target = Path.of(linked);
        } else {
            target = source.path();
            source = DiskArgument.parse(linked);
        }
        linked = "";
    }

    private void rehearse(VirtualDisk from, Path made, CreateSpec form, List<String> leftOut) throws IOException {
        if (linked != null) {
            DiskRoom room = StagedDisk.rehearse(made, form, Volume.system());
            room.require();
            show(made, form, leftOut, work(made, form).withCost(0).withRoom(room), Outcome.DRY_RUN);
            return;
        }
        ConvertCost cost;
        try (ProgressBar progress = global.progress()) {
            cost = new DiskConverter(diskForm.threads.count(), progress).rehearse(from, made, form);
        }
        PlannedWork work =
                work(made, form).withCost(cost.bytes()).withRoom(cost.room()).withNotes(cost.notes());
        show(made, form, leftOut, work, Outcome.DRY_RUN);
    }

    private PlannedWork work(Path made, CreateSpec form) throws IOException {
        String operation = "clone " + source + " to " + form.format().word() + " disk " + made;
        return PlannedWork.making(made, operation, form);
    }

    private void show(Path made, CreateSpec form, List<String> leftOut, PlannedWork work, Outcome outcome)
            throws IOException {
        PlannedWork told = work.withNotes(diskForm.sync.notes(work.notes(), global));
        global.show(source, new ConvertedDisk(made, form.format().word(), form.capacity(), leftOut, told, outcome));
    }

    private void cloneDisk(Path made, OpenOptions options) throws IOException {
        NewFile.requireFolder(made);
        try (VirtualDisk from = source.open(options.withAccess(OpenOptions.Access.READ_STILL))) {
            CreateSpec form = form(from);
            List<String> leftOut =
                    linked != null ? List.of() : DiskFacts.leftOut(from.chain().descriptors());
            if (rehearsal) {
                rehearse(from, made, form, leftOut);
                return;
            }
            global.ifCancelled(made + " was not made; its parts were removed");
            try (ProgressBar progress = global.progress()) {
                if (linked != null) {
                    StagedDisk.createEmpty(made, form, diskForm.sync.volume(), progress);
                } else {
                    CreateSpec seeded = diskForm.facts.seeded(form, from, diskForm.threads.count(), progress);
                    new DiskConverter(diskForm.threads.count(), diskForm.sync.volume(), progress)
                            .convert(from, made, seeded);
                }
            }
            if (!global.quiet() || global.json()) {
                show(made, form, leftOut, work(made, form), Outcome.DONE);
            }
        }
    }

    private CreateSpec form(VirtualDisk from) {
        CreateSpec made = CreateSpec.of(format == null ? likeSource(from) : format, from.capacity());
        if (linked != null) {
            diskForm.facts.refuse("are those of the base: they don't go with --linked");
            return made.withParent(source.path());
        }
        if (made.format() == DiskFormat.RAW) {
            diskForm.facts.refuse(FactOptions.NO_DESCRIPTOR);
        }
        return made.withFacts(diskForm.facts.of(from.chain().descriptors(), DiskFacts.Identity.FRESH));
    }

    private DiskFormat likeSource(VirtualDisk from) {
        if (linked != null) {
            return EsxiFit.reasonAgainst(from.chain()).isPresent()
                    ? DiskFormat.MONOLITHIC_SPARSE
                    : EsxiFit.formatFor(from.capacity(), EsxiFit.Role.DELTA);
        }
        return source.isRaw()
                ? DiskFormat.RAW
                : DiskFormat.forCopyOf(from.links().get(0).descriptor());
    }
}
