package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.DiskHash;
import io.vmdisk.hash.HashAlgorithm;
import io.vmdisk.hash.Manifest;
import io.vmdisk.hash.TreePart;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Digests of what a guest sees. */
@Command(
        name = "hash",
        description = "Computes digests of a disk's content, whatever its format; what is zero is not read.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk hash web01.vmdk",
            "  vmdisk hash web01-000002.vmdk --algorithm sha256,md5",
            "  vmdisk hash --tree web01.vmdk",
            "  vmdisk hash web01.vmx --snapshot before-upgrade",
            "  vmdisk hash web01.vmdk --manifest web01.manifest",
            "  vmdisk hash copy.vmdk --verify web01.manifest",
            "  vmdisk hash --tree --shard 3/64 web01.vmdk -o part3",
            "  vmdisk hash --join part1 part2 part3",
        })
public final class HashCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Mixin
    private PointOptions point = new PointOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "DISK|VM",
            converter = DiskArgument.Converter.class,
            description =
                    "A descriptor, a monolithic or extent .vmdk, or raw:PATH; a .vmx or the folder of a VM; with --join the"
                            + " parts.")
    private List<DiskArgument> operands = new ArrayList<>();

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            split = ",",
            converter = AlgorithmConverter.class,
            description = "md5, sha1, sha256 or sha512, of all bytes as of a raw image; sha256 if nothing is said.")
    private List<HashAlgorithm> algorithms = new ArrayList<>();

    @Option(
            names = "--tree",
            description = "The tree digest vmdisk-tree-1, which many processors and machines can make together.")
    private boolean tree;

    @Mixin
    private PartOptions part = new PartOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "With --tree: a new file for the digest of each chunk, for --join.")
    private @Nullable Path output;

    @Option(
            names = "--join",
            description = "Join the files that --tree -o made of all parts of a disk to its tree digest.")
    private boolean join;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "Write the digests to a new file, by which --verify knows the disk again.")
    private @Nullable Path manifest;

    @Option(
            names = "--verify",
            paramLabel = "MANIFEST",
            description = "Compute what this file has, and say whether the disk still is what it says.")
    private @Nullable Path verified;

    /** Reads the name of an algorithm. */
    static final class AlgorithmConverter extends PicocliConverter<HashAlgorithm> {
        AlgorithmConverter() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<HashAlgorithm> {
            @Override
            public HashAlgorithm convert(String text) {
                return HashAlgorithm.of(text)
                        .orElseThrow(() -> new WordException("'" + text + "' is none of md5, sha1, sha256, sha512"));
            }
        }
    }

    /** With the options that every command has. */
    public HashCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        for (DiskArgument operand : operands) {
            RawLook.tell(global, operand);
        }
        if (join) {
            List<Path> parts = operands.stream().map(DiskArgument::path).toList();
            TreePart.Joined joined = TreePart.join(parts, Volume.system());
            ByteRange whole = new ByteRange(0, joined.capacity());
            global.show(
                    parts.get(0),
                    new Hashed(
                            parts.get(0).toString(),
                            joined.capacity(),
                            whole,
                            Map.of(),
                            joined.root(),
                            Optional.empty()));
            return ExitCodes.DONE;
        }
        Manifest expected = verified == null ? null : Manifest.read(verified, Volume.system());
        try (VirtualDisk disk = point.open(operands.get(0), opening.forReading())) {
            Hashed found = hash(disk, part.of(disk), wanted(expected), expected);
            if (manifest != null) {
                String text =
                        new Manifest(disk.capacity(), found.digests(), Optional.ofNullable(found.treeRoot())).text();
                NewFile.write(manifest, text.getBytes(StandardCharsets.US_ASCII));
            }
            global.show(operands.get(0), found);
            return found.fits().orElse(true) ? ExitCodes.DONE : ExitCodes.NO;
        }
    }

    private UsageException usage(String problem) {
        return new UsageException(problem);
    }

    private void checkOptions() {
        if (join) {
            if (tree
                    || part.isGiven()
                    || output != null
                    || manifest != null
                    || verified != null
                    || !algorithms.isEmpty()) {
                throw usage("--join takes the files of the parts, and no other option");
            }
            return;
        }
        if (operands.size() != 1) {
            throw usage("one disk at a time, not " + operands.size());
        }
        part.check();
        if (output != null && !tree) {
            throw usage("-o takes the chunks of --tree");
        }
        if (part.isGiven() && (manifest != null || verified != null)) {
            throw usage("a manifest is of a whole disk: it goes with neither --range nor --shard");
        }
        if (verified != null && (manifest != null || tree || !algorithms.isEmpty())) {
            throw usage(
                    "--verify computes what the manifest has: it goes with none of --manifest, --tree, --algorithm");
        }
        if (part.isGiven() && tree && output == null) {
            throw usage("the tree digest of a part has no root: -o FILE takes its chunks, for --join");
        }
    }

    /** What to compute. */
    private record Wanted(Set<HashAlgorithm> algorithms, boolean treeToo) {}

    private Wanted wanted(@Nullable Manifest expected) {
        if (expected != null) {
            return new Wanted(expected.digests().keySet(), expected.treeRoot().isPresent());
        }
        Set<HashAlgorithm> chosen = EnumSet.noneOf(HashAlgorithm.class);
        chosen.addAll(algorithms);
        boolean nothingSaid = algorithms.isEmpty() && !tree;
        if (nothingSaid) {
            chosen.add(HashAlgorithm.SHA256);
        }
        return new Wanted(chosen, tree || (nothingSaid && manifest != null));
    }

    private Hashed hash(VirtualDisk disk, ByteRange range, Wanted wanted, @Nullable Manifest expected)
            throws IOException {
        Map<HashAlgorithm, String> digests = Map.of();
        String root = null;
        boolean whole = range.length() == disk.capacity();
        try (ProgressBar progress = global.progress()) {
            int rounds = (wanted.treeToo() ? 1 : 0) + (wanted.algorithms().isEmpty() ? 0 : 1);
            progress.begin("hashing " + operands.get(0), rounds * range.length());
            DiskHash hash = new DiskHash(threads.forArithmetic(), progress);
            if (wanted.treeToo()) {
                root = tree(hash, disk, range, whole);
            }
            if (!wanted.algorithms().isEmpty()) {
                digests = hash.sequential(disk, range, wanted.algorithms());
            }
        }
        Optional<Boolean> fits = Optional.empty();
        if (expected != null) {
            Manifest found = new Manifest(disk.capacity(), digests, Optional.ofNullable(root));
            fits = Optional.of(found.equals(expected));
        }
        return new Hashed(operands.get(0).toString(), disk.capacity(), range, digests, root, fits);
    }

    private @Nullable String tree(DiskHash hash, VirtualDisk disk, ByteRange range, boolean whole) throws IOException {
        try {
            if (output == null) {
                return hash.treeRoot(disk);
            }
            global.ifCancelled(output + " was not made");
            try (TreePart.Writer writer = new TreePart.Writer(output, Volume.system(), disk.capacity(), range)) {
                hash.tree(disk, range, writer);
                writer.finish();
            }
        } catch (IllegalArgumentException e) {
            throw usage("the tree digest has chunks of 1 MiB: a range of it begins and ends at multiples of that");
        }
        return whole ? TreePart.join(List.of(output), Volume.system()).root() : null;
    }
}
