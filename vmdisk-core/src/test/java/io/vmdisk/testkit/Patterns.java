package io.vmdisk.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded content; one seed and length always give the same bytes. */
public final class Patterns {
    private static final String[] WORDS = {
        "disk",
        "grain",
        "table",
        "the",
        "snapshot",
        "of",
        "a",
        "sector",
        "parent",
        "delta",
        "and",
        "extent",
        "0x00ff",
        "offset",
        "error",
        "mount",
        "kernel",
        "in",
        "page",
        "to"
    };
    private static final int BLOCK = 4096;

    private Patterns() {}

    /** Bytes that don't compress. */
    public static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** ASCII words that compress as log files do. */
    public static byte[] text(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            String word = WORDS[random.nextInt(WORDS.length)];
            for (int i = 0; i < word.length() && at < length; i++) {
                bytes[at++] = (byte) word.charAt(i);
            }
            if (at < length) {
                bytes[at++] = (byte) (random.nextInt(8) == 0 ? '\n' : ' ');
            }
        }
        return bytes;
    }

    /** Words that differ in a number, as records do; the same 29 KB come again and again. */
    public static byte[] numbered(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4000; i++) {
            text.append("word").append(random.nextInt(400)).append(' ');
        }
        String all = text.toString().repeat(1 + length / text.length());
        return all.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    /** What disks hold: by 4 KiB blocks about half zeros, a quarter text, a quarter random. */
    public static byte[] mixed(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += BLOCK) {
            int size = Math.min(BLOCK, length - at);
            long blockSeed = random.nextLong();
            switch (random.nextInt(4)) {
                case 0 -> System.arraycopy(text(blockSeed, size), 0, bytes, at, size);
                case 1 -> System.arraycopy(random(blockSeed, size), 0, bytes, at, size);
                default -> {}
            }
        }
        return bytes;
    }

    /** One value throughout. */
    public static byte[] filled(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
