package io.vmdisk.nbd;

import java.util.ArrayList;
import java.util.List;

/** What {@code BLOCK_STATUS} can tell of a stretch. */
enum MetaContext {
    /** Whether it takes space, and whether it reads as zeros. */
    ALLOCATION(1, "base:allocation"),
    /** Which link of the chain answers: 1 is the disk itself, 0 none. The name is QEMU's, whose tools understand it. */
    DEPTH(2, "qemu:allocation-depth");

    private final int number;
    private final String id;

    MetaContext(int number, String id) {
        this.number = number;
        this.id = id;
    }

    String id() {
        return id;
    }

    /** How it is called in replies of one connection. */
    int number() {
        return number;
    }

    /** Those that queries name in full. */
    static List<MetaContext> named(List<String> queries) {
        List<MetaContext> found = new ArrayList<>();
        for (MetaContext context : values()) {
            if (queries.contains(context.id)) {
                found.add(context);
            }
        }
        return found;
    }

    /** Those that queries ask about: in full, by their namespace, or all without a query. */
    static List<MetaContext> asked(List<String> queries) {
        List<MetaContext> found = new ArrayList<>();
        for (MetaContext context : values()) {
            String namespace = context.id.substring(0, context.id.indexOf(':') + 1);
            if (queries.isEmpty() || queries.contains(context.id) || queries.contains(namespace)) {
                found.add(context);
            }
        }
        return found;
    }
}
