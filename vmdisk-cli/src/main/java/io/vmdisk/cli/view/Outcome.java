package io.vmdisk.cli.view;

/** What a command did to files. */
public enum Outcome {
    /** It only looked: commands that change nothing. */
    LOOKED,
    /** It changed something. */
    DONE,
    /** There was nothing to change. */
    NOTHING,
    /** It was only tried. */
    DRY_RUN;

    /** That of work that is only tried or really done. */
    public static Outcome of(boolean rehearsal) {
        return rehearsal ? DRY_RUN : DONE;
    }
}
