package io.vmdisk.cli.view;

/** Colours text, or leaves it alone where colours are not wanted. */
public enum Ink {
    /** Leaves text as it is. */
    PLAIN {
        @Override
        String paint(String code, String text) {
            return text;
        }
    },
    /** Wraps text in ANSI escapes. */
    COLOURED {
        @Override
        String paint(String code, String text) {
            return "\u001b[" + code + "m" + text + "\u001b[0m";
        }
    };

    abstract String paint(String code, String text);

    /** Headings. */
    public String strong(String text) {
        return paint("1", text);
    }

    /** All is well. */
    public String good(String text) {
        return paint("32", text);
    }

    /** Worth a look. */
    public String warning(String text) {
        return paint("33", text);
    }

    /** Broken. */
    public String bad(String text) {
        return paint("31", text);
    }
}
