package io.vmdisk.testkit;

import java.io.IOException;
import java.util.List;

/**
 * Something that takes bytes of strangers, for fuzzers: {@link FuzzSlice} in each build, and one that is guided by coverage
 * as long as one likes ({@code -Pfuzz}). A target has a public constructor without parameters.
 */
public interface FuzzTarget {
    /** Inputs from which others are made; good ones, so that changes reach deep. */
    List<byte[]> seeds() throws IOException;

    /**
     * Does with an input all that users do with such bytes. An {@link IOException} with a text is an answer; whatever else is
     * thrown is a failure.
     */
    void run(byte[] input) throws IOException;
}
