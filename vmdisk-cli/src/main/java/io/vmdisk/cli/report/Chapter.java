package io.vmdisk.cli.report;

import java.io.IOException;

/** A part of the page with a heading of its own. */
interface Chapter {
    /** What a link to it names. */
    String id();

    String title();

    /** Writes what stands below the heading. */
    void write(Html html) throws IOException;
}
