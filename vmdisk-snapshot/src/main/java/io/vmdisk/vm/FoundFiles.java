package io.vmdisk.vm;

import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.ChainBreak;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.MappedVolume;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the files lie here that a machine names by places which are not here: its folder was copied from a datastore, from
 * another drive, or from a host that takes {@code Disk.vmdk} and {@code disk.vmdk} for one name.
 *
 * <p>A name that leads nowhere is looked for as {@link ParentHints#candidates} looks for parents: beside the configuration,
 * in a sibling folder called like the name's, and then in the folders that the user named; last by letters that differ only
 * in case. Nothing is guessed where two would do: a file that another place of the machine names or stands on is never taken,
 * nor one that two places would take, since ESXi gives disks on several datastores one name. For one thread.
 */
final class FoundFiles {
    private final Volume volume;
    private final Path configuration;
    private final Path folder;
    private final List<Path> search;
    private final List<Name> names = new ArrayList<>();
    private final Map<Path, FoundFile> found = new LinkedHashMap<>();
    private final Map<Path, Map<String, List<Path>>> folders = new HashMap<>();

    /**
     * A name and who has it.
     *
     * @param place the device, or the key; names of one place are those of one disk at several times
     */
    private record Name(FileReference text, String place) {}

    /** What a name may mean. */
    private record Candidate(Path file, FoundFile.Where where) {}

    private FoundFiles(Path configuration, List<Path> search, Volume volume) {
        this.volume = volume;
        this.configuration = configuration.toAbsolutePath().normalize();
        this.folder = AtomicName.folderOf(this.configuration);
        this.search = search;
    }

    /**
     * Looks for what a configuration and its lists name.
     *
     * @param search folders that the user named
     */
    static FoundFiles of(VmxFile vmx, List<SnapshotTree> lists, List<Path> search, Volume volume) throws IOException {
        FoundFiles files = new FoundFiles(vmx.file().orElseThrow(), search, volume);
        files.gather(vmx);
        lists.forEach(files::gather);
        files.find();
        if (!search.isEmpty()) {
            files.findParents();
        }
        return files;
    }

    private void gather(VmxFile vmx) {
        vmx.devices().disks().forEach(disk -> add(disk.file(), disk.node().toString()));
        vmx.devices().media().forEach(media -> add(media.file(), media.name()));
        add(vmx.nvram(), "nvram");
        vmx.extendedConfig().ifPresent(name -> add(name, "extendedConfigFile"));
        vmx.checkpoint().ifPresent(name -> add(name, "checkpoint"));
    }

    private void gather(SnapshotTree list) {
        list.snapshots().forEach(snapshot -> {
            snapshot.disks().forEach(disk -> add(FileReference.of(disk.fileName()), disk.node()));
            snapshot.checkpointFile().ifPresent(name -> add(FileReference.of(name), "snapshot " + snapshot.uid()));
        });
    }

    private void add(FileReference text, String place) {
        if (text.isFile() && text.place(folder).isPresent()) {
            names.add(new Name(text, place));
        }
    }

    private Path asNamed(Name name) {
        return name.text().place(folder).orElseThrow();
    }

    private void find() throws IOException {
        Map<Name, Candidate> candidates = new LinkedHashMap<>();
        for (Name name : names) {
            if (!volume.exists(volume.actual(asNamed(name)))) {
                candidate(name).ifPresent(file -> candidates.put(name, file));
            }
        }
        if (candidates.isEmpty()) {
            return;
        }
        Map<Object, Set<String>> places = placesOfWhatIsHere();
        for (var wanted : candidates.entrySet()) {
            places.computeIfAbsent(keyOf(wanted.getValue().file()), key -> new HashSet<>())
                    .add(wanted.getKey().place());
        }
        for (var wanted : candidates.entrySet()) {
            Candidate file = wanted.getValue();
            boolean alone = places.getOrDefault(keyOf(file.file()), Set.of()).size() == 1;
            if (alone || file.where() == FoundFile.Where.OTHER_CASE) {
                take(wanted.getKey().text().text(), asNamed(wanted.getKey()), file);
            }
        }
    }

    private void take(String text, Path named, Candidate file) {
        found.putIfAbsent(named, new FoundFile(text, named, file.file(), file.where()));
    }

    private Optional<Candidate> candidate(Name name) throws IOException {
        Path named = asNamed(name);
        List<Path> near;
        try {
            near = ParentHints.candidates(configuration, name.text().text());
        } catch (VmdiskException e) {
            // A name that is none, or means no file.
            return Optional.empty();
        }
        for (Path place : near) {
            if (isFile(place)) {
                boolean beside = folder.equals(place.getParent());
                return Optional.of(
                        new Candidate(place, beside ? FoundFile.Where.BESIDE : FoundFile.Where.SIBLING_FOLDER));
            }
        }
        Optional<Path> searched = inSearch(name.text().baseName());
        if (searched.isPresent()) {
            return Optional.of(new Candidate(searched.get(), FoundFile.Where.SEARCH));
        }
        for (Path place : near) {
            Optional<Path> other = inOtherCase(place);
            if (other.isPresent()) {
                boolean sameFolder = place.equals(named);
                boolean beside = folder.equals(place.getParent());
                return Optional.of(new Candidate(
                        other.get(),
                        sameFolder
                                ? FoundFile.Where.OTHER_CASE
                                : beside ? FoundFile.Where.BESIDE : FoundFile.Where.SIBLING_FOLDER));
            }
        }
        return Optional.empty();
    }

    /** In the folders that the user named; of several files of the name nothing tells which is meant. */
    private Optional<Path> inSearch(String name) throws IOException {
        Map<Object, Path> files = new LinkedHashMap<>();
        for (Path named : search) {
            try {
                Path file = named.toAbsolutePath().normalize().resolve(name);
                if (isFile(file)) {
                    files.putIfAbsent(keyOf(file), file);
                }
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }
        return files.size() == 1 ? files.values().stream().findFirst() : Optional.empty();
    }

    private Optional<Path> inOtherCase(Path place) throws IOException {
        Path parent = place.getParent();
        String name = String.valueOf(place.getFileName());
        try {
            if (parent == null || !volume.exists(parent) || volume.facts(parent).kind() != FileFacts.Kind.FOLDER) {
                return Optional.empty();
            }
            List<Path> same = new ArrayList<>();
            for (Path entry : listed(parent).getOrDefault(folded(name), List.of())) {
                if (isFile(entry)) {
                    same.add(entry);
                }
            }
            return same.size() == 1 ? Optional.of(same.get(0)) : Optional.empty();
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            // A folder that can't be listed shows nothing.
            return Optional.empty();
        }
    }

    /** What a folder has, by names without their case; a configuration may name thousands of files that are not there. */
    private Map<String, List<Path>> listed(Path parent) throws IOException {
        Map<String, List<Path>> known = folders.get(parent);
        if (known != null) {
            return known;
        }
        Map<String, List<Path>> entries = new HashMap<>();
        for (Path entry : volume.list(parent)) {
            entries.computeIfAbsent(folded(String.valueOf(entry.getFileName())), key -> new ArrayList<>())
                    .add(entry);
        }
        folders.put(parent, entries);
        return entries;
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private boolean isFile(Path path) throws IOException {
        try {
            return volume.exists(path) && volume.facts(path).kind() == FileFacts.Kind.FILE;
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            return false;
        }
    }

    private Object keyOf(Path file) throws IOException {
        return volume.facts(file).key();
    }

    /** Which places name the files that are here, or stand on them. */
    private Map<Object, Set<String>> placesOfWhatIsHere() throws IOException {
        Map<Object, Set<String>> places = new HashMap<>();
        for (Name name : names) {
            Path path = volume.actual(asNamed(name));
            // A snapshot's disk is mostly a link of the chain in use, which was walked already.
            boolean known =
                    !isFile(path) || places.getOrDefault(keyOf(path), Set.of()).contains(name.place());
            for (Path file : known ? Set.<Path>of() : linksOf(path, volume)) {
                places.computeIfAbsent(keyOf(file), key -> new HashSet<>()).add(name.place());
            }
        }
        return places;
    }

    private Set<Path> linksOf(Path disk, Volume seen) throws IOException {
        Set<Path> links = new LinkedHashSet<>(List.of(disk));
        chain(disk, seen).ifPresent(chain -> chain.links().forEach(link -> links.add(link.path())));
        return links;
    }

    private Optional<DiskChain> chain(Path disk, Volume seen) throws IOException {
        if (!disk.toString().endsWith(".vmdk")) {
            return Optional.empty();
        }
        try {
            return Optional.of(DiskChain.of(
                    disk,
                    OpenOptions.readOnly()
                            .withVolume(seen)
                            .withParents(OpenOptions.Parents.IGNORE_CONTENT_ID)
                            .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER)));
        } catch (VmdiskException e) {
            // What is no disk stands on nothing.
            return Optional.empty();
        }
    }

    /** Parents near their children are found by who reads the chain; those in named folders are found here. */
    private void findParents() throws IOException {
        Set<Object> whole = new HashSet<>();
        for (Name name : names) {
            boolean another = true;
            while (another) {
                Volume seen = volume();
                Path disk = seen.actual(asNamed(name));
                boolean known = !isFile(disk) || whole.contains(keyOf(disk));
                Optional<DiskChain> chain = known ? Optional.empty() : chain(disk, seen);
                another = chain.isPresent() && findParent(chain.get());
                if (chain.isPresent() && chain.get().isWhole()) {
                    for (DiskLink link : chain.get().links()) {
                        whole.add(seen.facts(link.path()).key());
                    }
                }
            }
        }
    }

    private boolean findParent(DiskChain chain) throws IOException {
        ChainBreak broken = chain.broken();
        if (broken == null || broken.kind() != ChainBreak.Kind.MISSING) {
            return false;
        }
        DiskLink child = chain.links().get(broken.child());
        String hint = child.descriptor().parentHint().orElse("");
        List<Path> near;
        try {
            near = ParentHints.candidates(child.path(), hint);
        } catch (VmdiskException e) {
            return false;
        }
        Optional<Path> file = near.isEmpty()
                ? Optional.empty()
                : inSearch(FileReference.of(hint).baseName());
        if (file.isEmpty() || found.containsKey(near.get(0))) {
            return false;
        }
        take(hint, near.get(0), new Candidate(file.get(), FoundFile.Where.SEARCH));
        return true;
    }

    /** What was found. */
    List<FoundFile> all() {
        return List.copyOf(found.values());
    }

    /** The files, with those that were found under the names that the machine has for them. */
    Volume volume() {
        return MappedVolume.of(
                volume,
                found.values().stream()
                        .map(file -> new MappedVolume.Root(file.named(), file.file()))
                        .toList());
    }
}
