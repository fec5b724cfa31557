package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A disk that goes through other formats and back says what it said, and holds what it held. */
class KeptFactsProperties {
    private static final int CAPACITY = (3 << 20) + 512;

    @Property(tries = 60, seed = "17")
    void goesThereAndBackThroughAllFormatsAndKeepsContentAndEveryFact(
            @ForAll("facts") DiskFacts facts, @ForAll("ways") List<DiskFormat> way) throws IOException {
        MemoryVolume files = new MemoryVolume();
        byte[] content = Patterns.mixed(way.hashCode(), CAPACITY);
        Path first = MemoryVolume.folder().resolve("first.vmdk");
        StagedDisk.createEmpty(
                first, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY).withFacts(facts), files, Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(first, OpenOptions.writable().withVolume(files))) {
            disk.write(0, ByteBuffer.wrap(content));
        }
        Map<String, String> told = told(first, files);

        Path from = first;
        for (int i = 0; i < way.size(); i++) {
            Path to = MemoryVolume.folder().resolve("step" + i + ".vmdk");
            convert(from, to, way.get(i), files);
            assertThat(told(to, files)).as("%s", way.subList(0, i + 1)).isEqualTo(told);
            from = to;
        }

        try (VirtualDisk disk = VirtualDisk.open(from, OpenOptions.readOnly().withVolume(files))) {
            ByteBuffer read = ByteBuffer.allocate(CAPACITY);
            disk.read(0, read);
            assertThat(read.array()).isEqualTo(content);
        }
    }

    private static void convert(Path from, Path to, DiskFormat format, MemoryVolume files) throws IOException {
        try (VirtualDisk source = VirtualDisk.open(from, OpenOptions.readOnly().withVolume(files))) {
            CreateSpec spec = CreateSpec.copyOf(source, format).withExtentBytes(1 << 20);
            new DiskConverter(2, files, Progress.NONE).convert(source, to, spec);
        }
    }

    /** Everything but what each file has of its own, and what a stream adds where nothing is known of tools. */
    private static Map<String, String> told(Path disk, MemoryVolume files) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
            Descriptor text = opened.chain().top().descriptor();
            Map<String, String> entries = new TreeMap<>(text.ddb());
            entries.keySet().removeAll(List.of("longContentID", "thinProvisioned", "grain"));
            entries.put("encoding", text.declaredEncoding().orElse(""));
            return entries;
        }
    }

    @Provide
    Arbitrary<List<DiskFormat>> ways() {
        return Arbitraries.of(DiskFormat.values())
                .filter(format -> format != DiskFormat.RAW)
                .list()
                .ofMinSize(2)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<DiskFacts> facts() {
        Arbitrary<String> keys = Arbitraries.of("comment", "acme.shelf", "toolsInstallType", "logicalSectorSize");
        Arbitrary<String> values = Arbitraries.strings().withCharRange('#', '~').ofMaxLength(40);
        Arbitrary<AdapterType> adapters = Arbitraries.of(AdapterType.class);
        return Combinators.combine(
                        adapters,
                        Arbitraries.integers().between(3, 22),
                        Arbitraries.integers().between(1, 255),
                        Arbitraries.integers().between(1, 63),
                        Arbitraries.maps(keys, values))
                .as(KeptFactsProperties::facts);
    }

    private static DiskFacts facts(
            AdapterType adapter, int hardware, int heads, int sectors, Map<String, String> more) {
        DiskFacts base = DiskFacts.ofNewDisk()
                .withAdapter(adapter)
                .withHardwareVersion(hardware)
                .withToolsVersion(heads * 32);
        NavigableMap<String, String> entries = new TreeMap<>(base.entries());
        entries.putAll(more);
        for (String kind : List.of("cylinders", "heads", "sectors", "biosCylinders", "biosHeads", "biosSectors")) {
            entries.put("geometry." + kind, kind.endsWith("ectors") ? "" + sectors : "" + heads);
        }
        return new DiskFacts(entries, base.charset(), CAPACITY / 512);
    }
}
