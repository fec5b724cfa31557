package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** What the disks in a folder read as, by our reader, with which qemu-img must agree. */
final class Readings {
    private static final int KEPT = 24;

    /** Endings of what is no image. */
    private static final Set<String> ANSWERS = Set.of("part", "manifest", "svg", "img");

    private final Path scratch;

    /** What was read already, by what all files of the chain hold: both readers would say the same again. */
    private final Map<Map<String, Long>, byte[]> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Map<String, Long>, byte[]> eldest) {
            return size() > KEPT;
        }
    };

    /** Puts qemu-img's answers in a folder of the test's. */
    Readings(Path scratch) {
        this.scratch = scratch;
    }

    /** All states of the machines in and below a folder; without a machine its disks, as far as their names matter. */
    Map<String, byte[]> of(Path at, Predicate<String> matters) throws IOException {
        Map<String, byte[]> found = new TreeMap<>();
        boolean isMachine = false;
        try (Stream<Path> files = Files.walk(at)) {
            for (Path file : files.sorted().toList()) {
                String name = at.relativize(file).toString();
                if (name.endsWith(".vmx") || name.endsWith(".vmtx")) {
                    isMachine = true;
                    states(file, found);
                }
            }
        }
        if (!isMachine) {
            try (Stream<Path> files = Files.list(at)) {
                for (Path file : files.sorted().toList()) {
                    String name = at.relativize(file).toString();
                    if (name.matches("([a-z]\\d|new)\\.vmdk") && matters.test(name)) {
                        found.put(name, content(file));
                    } else if (name.matches("new\\.[a-z0-9]+")) {
                        found.put(name, foreign(file, name.substring(name.indexOf('.') + 1)));
                    }
                }
            }
        }
        return found;
    }

    static boolean isSame(Map<String, byte[]> left, Map<String, byte[]> right) {
        return left.keySet().equals(right.keySet())
                && left.keySet().stream().allMatch(name -> Arrays.equals(left.get(name), right.get(name)));
    }

    private void states(Path configuration, Map<String, byte[]> found) throws IOException {
        VirtualMachine machine = VirtualMachine.open(configuration, List.of(), Volume.system());
        Path at = machine.path();
        String name = machine.configuration().displayName() + configuration.getFileName();
        int number = 0;
        for (VmxDisk disk : machine.configuration().devices().disks()) {
            found.put(name + " now " + number++, content(here(at, disk.file().toString())));
        }
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            int frozen = 0;
            for (SnapshotDisk disk : snapshot.disks()) {
                found.put(name + " " + snapshot.name() + " " + frozen++, content(here(at, disk.fileName())));
            }
        }
    }

    /** A file of the folder, also where it is named by a place that is not here. */
    private static Path here(Path at, String name) {
        return Files.exists(at.resolve(name))
                ? at.resolve(name)
                : at.resolve(at.resolve(name).getFileName());
    }

    private byte[] content(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            Map<String, Long> files = new TreeMap<>();
            Numbers numbers = new Numbers();
            for (DiskLink link : opened.links()) {
                for (Path file : link.files()) {
                    files.put(file.toString(), sum(numbers.inOrder(Files.readAllBytes(file))));
                }
            }
            byte[] read = known.get(files);
            if (read == null) {
                read = content(disk, opened);
                known.put(files, read);
            }
            return read;
        }
    }

    private byte[] content(Path disk, VirtualDisk opened) throws IOException {
        byte[] ours = new byte[(int) opened.capacity()];
        opened.read(0, ByteBuffer.wrap(ours));
        Path raw = scratch.resolve("qemu.raw");
        Qemu.toRaw("vmdk", disk, raw);
        assertThat(Arrays.mismatch(ours, Files.readAllBytes(raw)))
                .as("first byte of %s at which qemu-img sees another", disk)
                .isEqualTo(-1);
        return ours;
    }

    /** An image that only qemu-img reads, or an answer: of a page, which holds the time, whether it is whole. */
    private byte[] foreign(Path image, String ending) throws IOException {
        if (ending.equals("html")) {
            return Files.readString(image).strip().endsWith("</html>") ? new byte[] {1} : new byte[0];
        }
        if (ANSWERS.contains(ending)) {
            return Files.readAllBytes(image);
        }
        Path raw = scratch.resolve("qemu.raw");
        Qemu.toRaw(ending.equals("vhd") ? "vpc" : ending, image, raw);
        return Files.readAllBytes(raw);
    }

    /** Of all bytes, by two sums that have nothing in common. */
    private static long sum(byte[] bytes) {
        CRC32 one = new CRC32();
        CRC32C other = new CRC32C();
        one.update(bytes);
        other.update(bytes);
        return one.getValue() << Integer.SIZE | other.getValue();
    }

    /**
     * The random numbers in the descriptors of a chain. They tell what belongs together and are others each time: by the
     * order in which they come, two chains are alike if they differ in nothing else.
     */
    private static final class Numbers {
        private static final int DESCRIPTORS_END = 32 << 10;
        private static final Pattern NUMBER =
                Pattern.compile("(?:CID=|longContentID = \"|uuid = \")([0-9a-fA-F][0-9a-fA-F -]{7,})");

        private final Map<String, Integer> seen = new HashMap<>();

        byte[] inOrder(byte[] file) {
            String start = new String(file, 0, Math.min(DESCRIPTORS_END, file.length), StandardCharsets.ISO_8859_1);
            Matcher numbers = NUMBER.matcher(start);
            while (numbers.find()) {
                int order = seen.computeIfAbsent(numbers.group(1), number -> seen.size());
                Arrays.fill(file, numbers.start(1), numbers.end(1), (byte) order);
            }
            return file;
        }
    }
}
