package io.vmdisk.rescue;

import io.vmdisk.Progress;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.testkit.ByteEdits;
import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A machine of which one file is damaged: it is looked at and checked. The first byte of an input chooses the file. */
public final class MachineFuzz implements FuzzTarget {
    private static final Path VMX = MemoryVolume.folder().resolve("web01.vmx");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final MemoryVolume sound = new MemoryVolume();

    /** Reads the sample machine. */
    public MachineFuzz() throws IOException {
        Path sample =
                Path.of(System.getProperty("vmdisk.testdata", "../testdata")).resolve("web01");
        try (Stream<Path> files = Files.list(sample)) {
            for (Path file : files.toList()) {
                sound.put(MemoryVolume.folder().resolve(file.getFileName().toString()), Files.readAllBytes(file));
            }
        }
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < sound.files().size(); i++) {
            seeds.add(new byte[] {(byte) i, 0, 0, 1, 3, 34, 34, 61, 10});
        }
        return seeds;
    }

    @Override
    public void run(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        MemoryVolume damaged = sound.copy();
        List<Path> files = damaged.files();
        Path file = files.get((input[0] & 0xFF) % files.size());
        damaged.put(file, ByteEdits.apply(damaged.bytes(file), ByteBuffer.wrap(input, 1, input.length - 1)));
        try {
            VmFolder folder = VmFolder.read(VMX, damaged);
            folder.findings();
            folder.power(NOW);
            CheckOptions options = CheckOptions.standard()
                    .withThreads(1)
                    .withOpening(OpenOptions.readOnly().withVolume(damaged));
            MachineCheck.run(VMX, List.of(), options, NOW, Progress.NONE);
        } finally {
            if (!damaged.openFiles().isEmpty()) {
                throw new AssertionError("still open: " + damaged.openFiles());
            }
        }
    }
}
