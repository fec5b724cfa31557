package io.vmdisk.dictionary;

/**
 * Something in a document that may confuse a reader. None of it stops parsing.
 *
 * @param line the physical line, from 1; 0 if it concerns the whole file
 * @param kind what it is
 * @param detail what was found, without the kind's description; may be empty
 * @since 0.1
 */
public record DictionaryProblem(int line, Kind kind, String detail) {
    /** What can be wrong. */
    public enum Kind {
        /** The file begins with a UTF-16 byte order mark. */
        UTF_16("the file is UTF-16 text, which is never legal here"),
        /** The declared charset is unknown or does not contain ASCII. */
        UNKNOWN_CHARSET("the declared encoding is unknown; text is read as ISO-8859-1"),
        /** Bytes that mean nothing in the charset. */
        UNDECODABLE("bytes that are not text in the file's encoding"),
        /** No declared charset, and text beyond ASCII that is not UTF-8. */
        UNDECLARED_CHARSET("text beyond ASCII without a declared encoding; read as windows-1252"),
        /** An equals sign without a name before it. */
        NO_NAME("nothing stands before the equals sign"),
        /** Neither assignment nor comment. */
        NO_EQUALS("no equals sign behind the name"),
        /** The closing quote is missing. */
        UNCLOSED_QUOTE("the value's closing quote is missing"),
        /** Something other than a comment after the closing quote. */
        TEXT_BEHIND_QUOTE("text stands behind the closing quote"),
        /** An unquoted value with a blank in it. */
        BLANK_IN_VALUE("a value with a blank in it needs quotes"),
        /** The file begins with a byte order mark. */
        BYTE_ORDER_MARK("a byte order mark, which products take for part of the first line"),
        /** A NUL byte; the line is ignored from there on. */
        NUL("a NUL byte; the rest of the line is ignored"),
        /** A pipe that starts no escape. */
        AMBIGUOUS_ESCAPE("a pipe that is no escape; readers disagree on it"),
        /** A key that an earlier line has too. */
        DUPLICATE("the key was already set; this line wins");

        private final String description;

        Kind(String description) {
            this.description = description;
        }

        /** {@return what it means, as a clause} */
        public String description() {
            return description;
        }

        /**
         * {@return whether the reported line is neither assignment, comment nor blank, and so has no meaning at all}
         */
        public boolean isMalformedLine() {
            return switch (this) {
                case NO_NAME, NO_EQUALS, UNCLOSED_QUOTE, TEXT_BEHIND_QUOTE, BLANK_IN_VALUE -> true;
                case UTF_16,
                        UNKNOWN_CHARSET,
                        UNDECODABLE,
                        UNDECLARED_CHARSET,
                        BYTE_ORDER_MARK,
                        NUL,
                        AMBIGUOUS_ESCAPE,
                        DUPLICATE -> false;
            };
        }
    }

    @Override
    public String toString() {
        String place = line == 0 ? "" : "line " + line + ": ";
        return place + kind.description() + (detail.isEmpty() ? "" : ": " + detail);
    }
}
