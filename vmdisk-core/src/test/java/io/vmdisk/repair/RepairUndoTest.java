package io.vmdisk.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.Repair;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of repair, and back: all files are as they were, byte for byte, also where a crash comes between. */
class RepairUndoTest {
    private static final int MIB = 1 << 20;
    private static final Path FOLDER = MemoryVolume.folder();
    private static final Path BASE = FOLDER.resolve("web.vmdk");
    private static final Path CHILD = FOLDER.resolve("web-000001.vmdk");
    private static final long SEED = 3;

    /** A damaged disk, and what repairs it. */
    record Damage(String name, MemoryVolume volume, Planner planner) {
        @Override
        public String toString() {
            return name;
        }

        void repair() throws IOException {
            planner.plan(options(volume)).execute(Progress.NONE);
        }
    }

    private interface Planner {
        Repair plan(OpenOptions options) throws IOException;
    }

    private static OpenOptions options(MemoryVolume volume) {
        return OpenOptions.readOnly().withVolume(volume);
    }

    static Stream<Damage> damages() throws IOException {
        MemoryVolume garbled = disk(DiskFormat.MONOLITHIC_FLAT);
        garbled.put(BASE, new byte[3000]);
        MemoryVolume lost = disk(DiskFormat.MONOLITHIC_FLAT);
        lost.delete(BASE);
        MemoryVolume follows = disk(DiskFormat.MONOLITHIC_FLAT);
        edit(follows, BASE, "RW 4096 FLAT", "RW 4095 FLAT");
        MemoryVolume inside = disk(DiskFormat.MONOLITHIC_SPARSE);
        byte[] bytes = inside.bytes(BASE);
        Arrays.fill(bytes, 512, 21 * 512, (byte) 7);
        inside.put(BASE, bytes);
        MemoryVolume linked = disk(DiskFormat.MONOLITHIC_FLAT);
        StagedDisk.createEmpty(
                CHILD, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 2 * MIB).withParent(BASE), linked, Progress.NONE);
        return Stream.of(
                new Damage("garbled", garbled, o -> DescriptorRepair.of(BASE, Clues.usual(), o)),
                new Damage("lost", lost, o -> DescriptorRepair.of(BASE, Clues.usual(), o)),
                new Damage("another size", follows, o -> DescriptorRepair.of(BASE, Clues.usual(), o)),
                new Damage("garbled inside", inside, o -> DescriptorRepair.of(BASE, Clues.usual(), o)),
                new Damage("relinked", cidGone(linked), o -> ChainRepair.relink(CHILD, o, ChainRepair.Trust.USER)),
                new Damage("tables", tables(DiskFormat.MONOLITHIC_SPARSE), o -> TableRepair.of(BASE, o)),
                new Damage("tables of parts", tables(DiskFormat.TWO_GB_SPARSE), o -> TableRepair.of(BASE, o)),
                new Damage("free map", freeMap(), o -> TableRepair.of(BASE, o)));
    }

    private static MemoryVolume disk(DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        StagedDisk.createEmpty(BASE, CreateSpec.of(format, 2 * MIB).withExtentBytes(MIB), volume, Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(BASE, OpenOptions.writable().withVolume(volume))) {
            disk.write(5000, ByteBuffer.wrap(Patterns.random(1, 70_000)));
            disk.write(MIB + 9000, ByteBuffer.wrap(Patterns.random(2, 70_000)));
        }
        return volume;
    }

    private static void edit(MemoryVolume volume, Path path, String from, String to) throws IOException {
        String text = new String(volume.bytes(path), StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        volume.put(path, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static MemoryVolume cidGone(MemoryVolume volume) throws IOException {
        String text = new String(volume.bytes(BASE), StandardCharsets.ISO_8859_1);
        volume.put(BASE, text.replaceAll("\nCID=\\w+", "\nCID=0badc1d0").getBytes(StandardCharsets.ISO_8859_1));
        return volume;
    }

    /** One copy of the tables is gone in each sparse file. */
    private static MemoryVolume tables(DiskFormat format) throws IOException {
        MemoryVolume volume = disk(format);
        for (Path file : volume.files()) {
            byte[] bytes = volume.bytes(file);
            if (bytes.length > 4 && bytes[0] == 'K') {
                int directory = (int) ByteBuffer.wrap(bytes)
                                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                .getLong(56)
                        * 512;
                Arrays.fill(bytes, directory + 512, directory + 512 + 2048, (byte) 0);
                volume.put(file, bytes);
            }
        }
        return volume;
    }

    private static MemoryVolume freeMap() throws IOException {
        MemoryVolume volume = disk(DiskFormat.SE_SPARSE);
        Path file = FOLDER.resolve("web-sesparse.vmdk");
        byte[] bytes = volume.bytes(file);
        int map = (int) ByteBuffer.wrap(bytes)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getLong(0xA0)
                * 512;
        Arrays.fill(bytes, map, map + 8, (byte) 0);
        volume.put(file, bytes);
        return volume;
    }

    private static Map<Path, byte[]> files(MemoryVolume volume) throws IOException {
        Map<Path, byte[]> files = new TreeMap<>();
        for (Path file : volume.files()) {
            if (!file.getFileName().toString().endsWith(".lck")) {
                files.put(file, volume.bytes(file));
            }
        }
        return files;
    }

    private static void requireSame(Map<Path, byte[]> found, Map<Path, byte[]> wanted, String when) {
        assertThat(found.keySet()).as(when).isEqualTo(wanted.keySet());
        wanted.forEach((file, bytes) -> assertThat(Arrays.equals(found.get(file), bytes))
                .as(file + " " + when)
                .isTrue());
    }

    private static void undo(MemoryVolume volume, Path disk) throws IOException {
        RepairUndo.of(disk, options(volume)).execute(Progress.NONE);
    }

    private static Path subject(Damage damage) {
        return damage.name().equals("relinked") ? CHILD : BASE;
    }

    @ParameterizedTest
    @MethodSource("damages")
    void bringsBackEveryByte(Damage damage) throws IOException {
        MemoryVolume volume = damage.volume();
        Map<Path, byte[]> before = files(volume);

        damage.repair();
        assertThat(files(volume)).isNotEqualTo(before);
        undo(volume, subject(damage));

        requireSame(files(volume), before, "after undoing");
        assertThatThrownBy(() -> undo(volume, subject(damage))).hasMessageContaining("no repair is noted here");
    }

    @ParameterizedTest
    @MethodSource("damages")
    void isFinishedAfterACrash(Damage damage) throws IOException {
        Map<Path, byte[]> before = files(damage.volume());
        damage.repair();
        Map<Path, byte[]> repaired = files(damage.volume());
        CrashReplay replay = CrashReplay.record(
                damage.volume(),
                volume -> RepairUndo.of(subject(damage), OpenOptions.readOnly().withVolume(volume))
                        .execute(Progress.NONE));

        int states = 0;
        for (Crash crash : (Iterable<Crash>) replay.states(2, SEED)::iterator) {
            MemoryVolume volume = crash.volume();
            boolean noted = volume.files().stream()
                    .anyMatch(file -> file.getFileName().toString().endsWith(".undo"));
            if (noted) {
                undo(volume, subject(damage));
            }
            Map<Path, byte[]> found = files(volume);
            // What was kept may have outlived its note.
            found.keySet()
                    .removeIf(file -> !before.containsKey(file)
                            && repaired.containsKey(file)
                            && file.toString().contains(".orig"));
            requireSame(found, before, crash + "\n" + crash.losses());
            states++;
        }
        assertThat(states).isGreaterThan(5);
    }

    @Test
    void goesBackOneRepairEachTime() throws IOException {
        MemoryVolume volume = disk(DiskFormat.MONOLITHIC_FLAT);
        edit(volume, BASE, "RW 4096 FLAT", "RW 4095 FLAT");
        Map<Path, byte[]> first = files(volume);
        DescriptorRepair.of(BASE, Clues.usual(), options(volume)).execute(Progress.NONE);
        edit(volume, BASE, "RW 4096 FLAT", "RW 4000 FLAT");
        byte[] second = volume.bytes(BASE);
        DescriptorRepair.of(BASE, Clues.usual(), options(volume)).execute(Progress.NONE);

        undo(volume, BASE);
        assertThat(volume.bytes(BASE)).isEqualTo(second);
        assertThatThrownBy(() -> undo(volume, BASE))
                .as("it was changed by hand after the first repair")
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("changed since the repair");
        edit(volume, BASE, "RW 4000 FLAT", "RW 4096 FLAT");
        undo(volume, BASE);

        requireSame(files(volume), first, "after both");
    }

    /** An undoing that was cut off is done again, but not over what came since. */
    @Test
    void whatWasWrittenBetweenTwoTriesStays() throws IOException {
        MemoryVolume volume = disk(DiskFormat.MONOLITHIC_FLAT);
        edit(volume, BASE, "RW 4096 FLAT", "RW 4095 FLAT");
        DescriptorRepair.of(BASE, Clues.usual(), options(volume)).execute(Progress.NONE);
        edit(volume, FOLDER.resolve("web.vmdk.orig.undo"), "begun = \"FALSE\"", "begun = \"TRUE\"");
        edit(volume, BASE, "RW 4096 FLAT", "RW 4000 FLAT");
        Map<Path, byte[]> written = files(volume);

        assertThatThrownBy(() -> undo(volume, BASE))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("changed since the repair");
        requireSame(files(volume), written, "after the refusal");
        edit(volume, BASE, "RW 4000 FLAT", "RW 4095 FLAT");
        undo(volume, BASE);
        assertThat(volume.bytes(BASE)).asString(StandardCharsets.ISO_8859_1).contains("RW 4095 FLAT");
    }

    /** The tables are half put back when the power fails; a guest that runs then changes others. */
    @Test
    void whatAGuestWroteBetweenTwoTriesInPlaceIsSeen() throws IOException {
        MemoryVolume volume = tables(DiskFormat.MONOLITHIC_SPARSE);
        TableRepair.of(BASE, options(volume)).execute(Progress.NONE);
        CrashReplay replay = CrashReplay.record(
                volume,
                files -> RepairUndo.of(BASE, OpenOptions.readOnly().withVolume(files))
                        .execute(Progress.NONE));
        int written = 0;
        for (Crash crash : (Iterable<Crash>) replay.states(1, SEED)::iterator) {
            MemoryVolume half = crash.volume();
            Path note = FOLDER.resolve("web.vmdk.orig.undo");
            if (!half.exists(note)
                    || !new String(half.bytes(note), StandardCharsets.UTF_8).contains("begun = \"TRUE\"")) {
                continue;
            }
            byte[] bytes = half.bytes(BASE);
            bytes[40 * 512 + 17] ^= 0x55;
            half.put(BASE, bytes);
            assertThatThrownBy(() -> undo(half, BASE)).as("%s", crash).hasMessageContaining("changed since the repair");
            assertThat(half.bytes(BASE)).isEqualTo(bytes);
            written++;
        }
        assertThat(written).isGreaterThan(2);
    }

    @Test
    void takesNoNameThatIsNotOurs() throws IOException {
        MemoryVolume volume = tables(DiskFormat.MONOLITHIC_SPARSE);
        TableRepair.of(BASE, options(volume)).execute(Progress.NONE);
        for (String name : List.of("web.vmdk.orig.now", "web.vmdk.now", "web.vmdk.orig.new")) {
            volume.put(FOLDER.resolve(name), new byte[] {1, 2, 3});
        }

        undo(volume, BASE);

        for (String name : List.of("web.vmdk.orig.now", "web.vmdk.now", "web.vmdk.orig.new")) {
            assertThat(volume.bytes(FOLDER.resolve(name))).as(name).containsExactly(1, 2, 3);
        }
    }

    @Test
    void isRefusedWhenTheDiskWasWrittenToSince() throws IOException {
        MemoryVolume volume = tables(DiskFormat.MONOLITHIC_SPARSE);
        TableRepair.of(BASE, options(volume)).execute(Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(BASE, OpenOptions.writable().withVolume(volume))) {
            disk.write(700_000, ByteBuffer.wrap(Patterns.random(9, 512)));
        }
        Map<Path, byte[]> written = files(volume);

        assertThatThrownBy(() -> undo(volume, BASE))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("web.vmdk.orig");
        requireSame(files(volume), written, "after the refusal");
    }

    private void note(MemoryVolume volume, String file, String kept, long offset, long length, long size) {
        String text = "vmdisk.undo = \"1\"\nnumber = \"1\"\nbegun = \"TRUE\"\nparts = \"1\"\npart0.file = \"%s\"\n"
                + "part0.kept = \"%s\"\npart0.offset = \"%d\"\npart0.length = \"%d\"\npart0.size = \"%d\"\n";
        volume.put(
                FOLDER.resolve("web.vmdk.orig.undo"),
                text.formatted(file, kept, offset, length, size).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void followsNoNoteOutOfItsFolder() throws IOException {
        MemoryVolume volume = disk(DiskFormat.MONOLITHIC_FLAT);
        for (String name : new String[] {"../other.vmdk", "/etc/passwd", "..", ".", ""}) {
            note(volume, name, "web.vmdk", KeptPart.WHOLE, 0, 0);

            assertThatThrownBy(() -> undo(volume, BASE)).isInstanceOf(MalformedFileException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 9223372036854775807, 9223372036854775807",
        "9223372036854775807, 512, 512",
        "0, 513, 512",
        "-2, 0, 0",
        "0, -1, 0"
    })
    void takesNoNoteOfPartsThatAreNone(long offset, long length, long size) throws IOException {
        MemoryVolume volume = disk(DiskFormat.MONOLITHIC_FLAT);
        note(volume, "web.vmdk", "web.vmdk", offset, length, size);

        assertThatThrownBy(() -> undo(volume, BASE)).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void needsWhatWasKeptAsItWas() throws IOException {
        MemoryVolume volume = tables(DiskFormat.MONOLITHIC_SPARSE);
        TableRepair.of(BASE, options(volume)).execute(Progress.NONE);
        Path kept = FOLDER.resolve("web.vmdk.orig");
        volume.put(kept, Arrays.copyOf(volume.bytes(kept), 512));
        Map<Path, byte[]> repaired = files(volume);

        assertThatThrownBy(() -> undo(volume, BASE))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("web.vmdk.orig");
        volume.delete(kept);
        repaired.remove(kept);
        assertThatThrownBy(() -> undo(volume, BASE)).isInstanceOf(java.nio.file.NoSuchFileException.class);
        requireSame(files(volume), repaired, "after the refusals");
    }
}
