package io.vmdisk.nbd;

import java.util.List;

/**
 * What client and server have agreed on.
 *
 * @param wire the connection, encrypted if that was agreed
 * @param export what is served
 * @param form how replies look
 * @param contexts what the client wants to hear of stretches
 */
record Session(Wire wire, OpenExport export, ReplyForm form, List<MetaContext> contexts) {
    /** How replies look. */
    enum ReplyForm {
        /** A number, and all the data after it. */
        SIMPLE,
        /** Chunks, with errors anywhere and holes. */
        STRUCTURED
    }
}
