package io.vmdisk.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of another volume under the names that they had elsewhere: what lay below a root there lies below a folder
 * here. The descriptors, configurations and lists of a copied machine can then be followed as they are, as if its
 * datastores were mounted. Names below no root mean themselves.
 *
 * <p>As thread-safe as the volume behind it.
 *
 * @since 0.1
 */
public final class MappedVolume implements Volume {
    /**
     * A root and where it is now.
     *
     * @param name absolute, as files name it
     * @param folder absolute, where its content lies
     */
    public record Root(Path name, Path folder) {
        /**
         * Makes both paths absolute and removes {@code .} and {@code ..} from them.
         *
         * @param name as files name it
         * @param folder where its content lies
         */
        public Root {
            name = name.toAbsolutePath().normalize();
            folder = folder.toAbsolutePath().normalize();
        }
    }

    private final Volume volume;
    private final List<Root> roots;

    private MappedVolume(Volume volume, List<Root> roots) {
        this.volume = volume;
        // The longest name first, so that a root below another one is found.
        this.roots = roots.stream()
                .sorted((a, b) -> b.name().getNameCount() - a.name().getNameCount())
                .toList();
    }

    /**
     * Adds roots to a volume.
     *
     * @param volume may have roots already, which stay
     * @param roots of roots within each other the longest name counts
     * @return the volume itself if there are no roots
     */
    public static Volume of(Volume volume, List<Root> roots) {
        if (roots.isEmpty()) {
            return volume;
        }
        if (volume instanceof MappedVolume mapped) {
            List<Root> all = new ArrayList<>(mapped.roots);
            all.addAll(roots);
            return new MappedVolume(mapped.volume, all);
        }
        return new MappedVolume(volume, roots);
    }

    private Optional<Root> rootOf(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        return roots.stream().filter(root -> absolute.startsWith(root.name())).findFirst();
    }

    private Optional<Root> holding(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        return roots.stream().filter(root -> absolute.startsWith(root.folder())).findFirst();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A link in a mapped folder may lead anywhere: only what stays in the folder once links are followed is mapped.
     */
    @Override
    public boolean isMapped(Path path) {
        Optional<Root> root = rootOf(path).or(() -> holding(path));
        try {
            return root.isPresent()
                    && LinkBounds.ofFolders(volume, List.of(root.get().folder()))
                            .hold(actual(path));
        } catch (IOException e) {
            // What can't be followed leads nowhere.
            return false;
        }
    }

    @Override
    public Path named(Path path) {
        Optional<Root> root = holding(path);
        return root.isEmpty()
                ? path
                : root.get()
                        .name()
                        .resolve(root.get()
                                .folder()
                                .relativize(path.toAbsolutePath().normalize()));
    }

    @Override
    public Path actual(Path path) {
        Optional<Root> root = rootOf(path);
        return root.isEmpty()
                ? path
                : root.get()
                        .folder()
                        .resolve(root.get()
                                .name()
                                .relativize(path.toAbsolutePath().normalize()));
    }

    @Override
    public BlockFile open(Path path, OpenMode mode) throws IOException {
        return volume.open(actual(path), mode);
    }

    @Override
    public BlockFile openWithin(LinkBounds bounds, Path path, OpenMode mode) throws IOException {
        return volume.openWithin(bounds, actual(path), mode);
    }

    @Override
    public BlockFile createLike(Path path, Path model) throws IOException {
        return volume.createLike(actual(path), actual(model));
    }

    @Override
    public boolean taken(Path path) {
        return volume.taken(actual(path));
    }

    @Override
    public boolean isLink(Path path) {
        return volume.isLink(actual(path));
    }

    @Override
    public Path real(Path path) throws IOException {
        return volume.real(actual(path));
    }

    @Override
    public Optional<FileRights> rights(Path path) throws IOException {
        return volume.rights(actual(path));
    }

    @Override
    public Optional<Entry> entry(Path path) throws IOException {
        return volume.entry(actual(path));
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        volume.makeFolder(actual(folder));
    }

    @Override
    public Volume within(List<Path> folders) {
        return new MappedVolume(volume.within(folders.stream().map(this::actual).toList()), roots);
    }

    @Override
    public HeldFolder hold(Path root, Path folder) throws IOException {
        return volume.hold(actual(root), actual(folder));
    }

    @Override
    public void requireLocks(Path folder) throws IOException {
        volume.requireLocks(actual(folder));
    }

    @Override
    public void requireReachable(Path path) throws IOException {
        volume.requireReachable(actual(path));
    }

    @Override
    public BlockFile openDevice(Path path) throws IOException {
        return volume.openDevice(path);
    }

    @Override
    public boolean exists(Path path) {
        return volume.exists(actual(path));
    }

    @Override
    public FileFacts facts(Path path) throws IOException {
        return volume.facts(actual(path));
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        if (rootOf(folder).isEmpty()) {
            return volume.list(folder);
        }
        List<Path> entries = new ArrayList<>();
        for (Path entry : volume.list(actual(folder))) {
            entries.add(folder.resolve(String.valueOf(entry.getFileName())));
        }
        return entries;
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        volume.createFolder(actual(folder));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        volume.rename(actual(from), actual(to));
    }

    @Override
    public void delete(Path path) throws IOException {
        volume.delete(actual(path));
    }

    @Override
    public void forceNames(Path folder) throws IOException {
        volume.forceNames(actual(folder));
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        return volume.freeBytes(actual(folder));
    }

    @Override
    public boolean sharesBlocksOf(Path folder, BlockFile from) throws IOException {
        return volume.sharesBlocksOf(actual(folder), from);
    }

    @Override
    public String storeName(Path folder) throws IOException {
        return volume.storeName(actual(folder));
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        return volume.lock(actual(lockFile));
    }

    @Override
    public Closeable hold(Path file, Hold hold) throws IOException {
        return volume.hold(actual(file), hold);
    }
}
