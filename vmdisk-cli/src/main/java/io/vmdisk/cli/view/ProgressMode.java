package io.vmdisk.cli.view;

import java.util.Locale;

/** How waiting is made bearable; {@link #toString} is what {@code --progress} takes. */
public enum ProgressMode {
    /** A bar that redraws itself on a terminal, nothing elsewhere. */
    AUTO,
    /** A bar, wherever it goes. */
    BAR,
    /** A line now and then, for logs. */
    PLAIN,
    /** A JSON object now and then, one a line. */
    JSON,
    /** Nothing. */
    NONE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
