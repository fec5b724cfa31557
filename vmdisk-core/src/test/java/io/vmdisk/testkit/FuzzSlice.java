package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A slice of fuzzing that is the same in each build: the kept corpus of a target, then inputs made of corpus and seeds by a
 * seeded random. The corpus lies in {@code testdata/fuzz}, a folder for each target: what once failed, and what a fuzzer found
 * that reaches code of its own.
 */
public final class FuzzSlice {
    private static final int[] BYTES = {0, 1, 2, 0x0A, 0x20, 0x22, 0x3D, 0x7F, 0x80, 0xFE, 0xFF};
    private static final int MOST_CHANGES = 6;
    private static final int MOST_SHOWN = 400;

    private final FuzzTarget target;
    private final List<byte[]> corpus = new ArrayList<>();

    /** Reads the target's corpus. */
    public FuzzSlice(FuzzTarget target) throws IOException {
        this.target = target;
        corpus.addAll(target.seeds());
        Path folder = Path.of(System.getProperty("vmdisk.testdata", "../testdata"))
                .resolve("fuzz")
                .resolve(target.getClass().getSimpleName());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    corpus.add(Files.readAllBytes(file));
                }
            }
        }
    }

    /** Tries the corpus as it is, and so many inputs made of it. */
    public void run(int inputs, long seed) {
        for (byte[] input : corpus) {
            attempt(input);
        }
        SplittableRandom random = Seeds.random(seed);
        for (int i = 0; i < inputs; i++) {
            attempt(made(random));
        }
    }

    private void attempt(byte[] input) {
        Tally.FUZZED_INPUTS.count();
        try {
            FuzzRun.once(target, input);
        } catch (RuntimeException | Error e) {
            String shown = HexFormat.of().formatHex(input, 0, Math.min(input.length, MOST_SHOWN));
            throw new AssertionError(target.getClass().getSimpleName() + ", " + input.length + " bytes: " + shown, e);
        }
    }

    private byte[] made(SplittableRandom random) {
        byte[] input = corpus.get(random.nextInt(corpus.size())).clone();
        int changes = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < changes; i++) {
            input = changed(input, random);
        }
        return input;
    }

    private byte[] changed(byte[] input, SplittableRandom random) {
        int at = random.nextInt(input.length + 1);
        switch (random.nextInt(5)) {
            case 0 -> {
                return Arrays.copyOf(input, at);
            }
            case 1 -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int from = random.nextInt(other.length + 1);
                int length = Math.min(other.length - from, random.nextInt(64));
                return spliced(input, at, Arrays.copyOfRange(other, from, from + length));
            }
            case 2 -> {
                byte[] more = new byte[1 + random.nextInt(8)];
                Arrays.fill(more, (byte) BYTES[random.nextInt(BYTES.length)]);
                return spliced(input, at, more);
            }
            default -> {
                byte[] changed = input.clone();
                for (int i = at; i < Math.min(changed.length, at + 1 + random.nextInt(4)); i++) {
                    changed[i] = (byte) (random.nextBoolean() ? BYTES[random.nextInt(BYTES.length)] : random.nextInt());
                }
                return changed;
            }
        }
    }

    private static byte[] spliced(byte[] input, int at, byte[] more) {
        byte[] longer = Arrays.copyOf(input, input.length + more.length);
        System.arraycopy(input, at, longer, at + more.length, input.length - at);
        System.arraycopy(more, 0, longer, at, more.length);
        return longer;
    }
}
