package io.vmdisk.disks;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.MemoryVolume;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guest boots from a copy that the library makes as it does from the source: the copy says what the source says. */
class DisksKeepFactsTest {
    private static final int CAPACITY = 8 << 20;
    private static final Path FOLDER = MemoryVolume.folder();
    private static final Path DISK = FOLDER.resolve("disk.vmdk");
    private static final Path COPY = FOLDER.resolve("copy.vmdk");
    private static final Geometry OF_AN_IDE_DISK = new Geometry(16, 16, 63);

    private final MemoryVolume volume = new MemoryVolume();
    private final Disks disks = Disks.standard().withVolume(volume).withThreads(1);
    private Map<String, String> told;

    @BeforeEach
    void makeAnOldIdeDisk() throws IOException {
        NavigableMap<String, String> entries = new TreeMap<>(DiskFacts.ofNewDisk()
                .withAdapter(AdapterType.IDE)
                .withHardwareVersion(7)
                .withToolsVersion(8384)
                .entries());
        entries.put("geometry.biosCylinders", "8");
        entries.put("geometry.biosHeads", "32");
        entries.put("geometry.biosSectors", "63");
        entries.put("toolsInstallType", "1");
        entries.put("uuid", "60 00 c2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5");
        entries.put("comment", "the gold one");
        DiskFacts facts = new DiskFacts(entries, DiskFacts.ofNewDisk().charset(), 0);
        disks.create(DISK, CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY).withFacts(facts));
        told = told(DISK);
        assertThat(descriptor(DISK).geometry()).contains(OF_AN_IDE_DISK);
    }

    private Descriptor descriptor(Path disk) throws IOException {
        try (VirtualDisk open = disks.open(disk)) {
            return open.links().get(0).descriptor();
        }
    }

    /** The disk database, but for what every file has of its own. */
    private Map<String, String> told(Path disk) throws IOException {
        Map<String, String> entries = new TreeMap<>(descriptor(disk).ddb());
        entries.keySet().removeAll(List.of("longContentID", "thinProvisioned", "grain"));
        return entries;
    }

    private byte[] stream(Path disk) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (VirtualDisk source = disks.open(disk)) {
            disks.exportStream(source, Channels.newChannel(stream), "copy.vmdk");
        }
        return stream.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RAW")
    void aConvertedDiskKeepsAdapterHardwareGeometryToolsAndAllElseOfItsSource(DiskFormat format) throws IOException {
        disks.convert(DISK, COPY, format);

        assertThat(told(COPY)).isEqualTo(told);
        assertThat(descriptor(COPY).adapterType()).contains(AdapterType.IDE);
        assertThat(descriptor(COPY).hardwareVersion()).hasValue(7);
        assertThat(descriptor(COPY).geometry()).contains(OF_AN_IDE_DISK);
    }

    @Test
    void anExportedStreamKeepsThemToo() throws IOException {
        volume.put(COPY, stream(DISK));

        assertThat(told(COPY)).isEqualTo(told);
    }

    @Test
    void aDiskMadeOfAStreamKeepsThem() throws IOException {
        disks.importStream(new ByteArrayInputStream(stream(DISK)), "pipe", COPY, DiskFormat.VMFS_THIN);

        assertThat(told(COPY)).isEqualTo(told);
    }

    @Test
    void aSalvagedDiskKeepsThem() throws IOException {
        disks.salvage(DISK, COPY, DiskFormat.MONOLITHIC_SPARSE);

        assertThat(told(COPY)).isEqualTo(told);
    }

    @Test
    void aSalvagedStreamKeepsThem() throws IOException {
        Path stream = FOLDER.resolve("stream.vmdk");
        volume.put(stream, stream(DISK));

        disks.salvage(stream, COPY, DiskFormat.MONOLITHIC_SPARSE);

        assertThat(told(COPY)).isEqualTo(told);
    }

    @Test
    void aCopyOfALinkKeepsWhatItsBaseSays() throws IOException {
        Path link = FOLDER.resolve("link.vmdk");
        disks.create(link, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 0).withParent(DISK));

        disks.convert(link, COPY, DiskFormat.VMFS);
        Path exported = FOLDER.resolve("exported.vmdk");
        volume.put(exported, stream(link));

        assertThat(told(COPY)).isEqualTo(told);
        assertThat(told(exported)).isEqualTo(told);
    }

    @Test
    void aDiskThatIsDetachedFromItsBaseKeepsWhatThatSaid() throws IOException {
        Path link = FOLDER.resolve("link.vmdk");
        disks.create(link, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 0).withParent(DISK));

        disks.detach(link);

        assertThat(told(link)).isEqualTo(told);
    }

    @Test
    void itComesBackFromARoundTripAsItWas() throws IOException {
        Path middle = FOLDER.resolve("middle.vmdk");
        disks.convert(DISK, middle, DiskFormat.STREAM_OPTIMIZED);
        disks.convert(middle, COPY, DiskFormat.MONOLITHIC_FLAT);

        assertThat(told(COPY)).isEqualTo(told);
    }

    @Test
    void whoGivesSettingsOfHisOwnDecides() throws IOException {
        try (VirtualDisk source = disks.open(DISK)) {
            disks.convert(source, COPY, CreateSpec.of(DiskFormat.VMFS, CAPACITY));
        }
        assertThat(descriptor(COPY).adapterType()).contains(AdapterType.LSILOGIC);
        assertThat(descriptor(COPY).hardwareVersion()).hasValue(DiskFacts.DEFAULT_HARDWARE_VERSION);
        assertThat(descriptor(COPY).ddb("comment")).isEmpty();

        Path changed = FOLDER.resolve("changed.vmdk");
        try (VirtualDisk source = disks.open(DISK)) {
            CreateSpec copy = CreateSpec.copyOf(source, DiskFormat.VMFS);
            disks.convert(
                    source,
                    changed,
                    copy.withFacts(copy.facts().withFreshIdentity())
                            .withAdapter(AdapterType.LSILOGIC)
                            .withHardwareVersion(13)
                            .withCapacity(2 * CAPACITY));
        }
        Descriptor made = descriptor(changed);
        assertThat(made.adapterType()).contains(AdapterType.LSILOGIC);
        assertThat(made.hardwareVersion()).hasValue(13);
        assertThat(made.geometry()).contains(Geometry.of(AdapterType.LSILOGIC, 2 * CAPACITY / 512, 13));
        assertThat(made.ddb("comment")).contains("the gold one");
        assertThat(made.ddb("toolsVersion")).contains("8384");
        assertThat(made.ddb("uuid")).isPresent().isNotEqualTo(descriptor(DISK).ddb("uuid"));
    }
}
