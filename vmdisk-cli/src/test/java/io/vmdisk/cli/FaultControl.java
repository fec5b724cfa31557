package io.vmdisk.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The page of memory that steers the library {@code faults.c}, and tells what it did: a file that both have. */
final class FaultControl {
    private static final int SIZE = 4096;
    private static final int COUNT = 0;
    private static final int KIND = Long.BYTES;
    private static final int AT = 2 * Long.BYTES;
    private static final int HIT = 3 * Long.BYTES;
    private static final int LETTERS = 64;

    private final Path file;

    FaultControl(Path file) {
        this.file = file;
    }

    /** Lets the next calls pass, but for the {@code at}-th of them, from 1 on. */
    void set(Harm harm, int at) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        page.putLong(KIND, harm.ordinal()).putLong(AT, at);
        // Written over and never cut: the library has the file in its memory.
        Files.write(file, page.array(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Calls since it was set. */
    int calls() throws IOException {
        return (int) page().getLong(COUNT);
    }

    /** Whether a call was harmed since it was set. */
    boolean hit() throws IOException {
        return page().getLong(HIT) == 1;
    }

    /** A letter for each of the first calls since it was set, as {@link Harm#fits} wants it. */
    String letters() throws IOException {
        int known = Math.min(calls(), SIZE - LETTERS);
        return new String(page().array(), LETTERS, known, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private ByteBuffer page() throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    }
}
