package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Disks that other software made. They are other people's data: read in place or copied to a temporary folder, never
 * changed, never part of the project. Found through the system property {@code vmdisk.samples}.
 */
public enum Sample {
    /** One file, hosted sparse; made by VMware's tools. */
    MONOLITHIC_SPARSE(
            10_485_760, "a3bcf05f07a1c06a3380eeca8571f0efb2b85afafa1e21662b8cad436d1f7727", "rs-monolithicSparse.vmdk"),
    /** Descriptor and one sparse extent with the same content; made by VMware's tools. */
    SPLIT_SPARSE(
            10_485_760,
            "a3bcf05f07a1c06a3380eeca8571f0efb2b85afafa1e21662b8cad436d1f7727",
            "twoGbMaxExtentSparse.vmdk",
            "twoGbMaxExtentSparse-s001.vmdk"),
    /** Descriptor and flat extent; made by ESXi. */
    VMFS_THICK(
            2_097_152,
            "8d43c795d24bce01b49f92744f934c1072210dcac170bb1c83a5aa56df46ab7d",
            "vmfs_thick.vmdk",
            "vmfs_thick-flat.vmdk"),
    /** Descriptor of a delta on {@link #VMFS_THICK} whose extent is missing: a broken chain. */
    VMFS_DELTA_WITHOUT_EXTENT(2_097_152, null, "vmfs_thick-000001.vmdk", "vmfs_thick.vmdk", "vmfs_thick-flat.vmdk"),
    /** Hosted sparse with an ext2 file system; made by QEMU. */
    EXT2(4_194_304, "a6c2f0e39afe6c6ab432ca5465349fcefe8dc944398e97b2d957d3f89dbb5d80", "dfvfs-ext2.vmdk");

    private final long capacityBytes;
    private final @Nullable String sha256;
    private final List<String> files;

    Sample(long capacityBytes, @Nullable String sha256, String... files) {
        this.capacityBytes = capacityBytes;
        this.sha256 = sha256;
        this.files = List.of(files);
    }

    /** Size of the virtual disk. */
    public long capacityBytes() {
        return capacityBytes;
    }

    /** Hash of the raw content, in hex; empty where there is none. */
    public Optional<String> sha256() {
        return Optional.ofNullable(sha256);
    }

    /** The file to open. Skips the test where the samples are missing; fails it in CI. */
    public Path path() {
        Path disk = folder().resolve("images").resolve(files.get(0));
        Tally.FOREIGN_DISKS.count();
        return disk;
    }

    /** Copies the disk with all its files, for tests that write; the answer is the file to open. */
    public Path copyTo(Path folder) throws IOException {
        Path images = path().getParent();
        for (String file : files) {
            Files.copy(images.resolve(file), folder.resolve(file));
        }
        return folder.resolve(files.get(0));
    }

    /** Where samples and generators lie. Skips the test where that is missing; fails it in CI. */
    static Path folder() {
        Path folder = Path.of(System.getProperty("vmdisk.samples", "../shared/samples"));
        Needs.require(
                Files.isDirectory(folder),
                "the sample images are not in " + folder + " (system property vmdisk.samples)");
        return folder;
    }
}
