package io.vmdisk.cli.view;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines, facts and tables for people.
 *
 * <p>Everything printed here is made safe for a terminal first; colours are added by the view, never by its callers'
 * text. Single thread.
 */
public final class TableView {
    private static final int LABEL_WIDTH = 18;

    private final Writer out;
    private final Ink ink;

    /** Prints to {@code out}, which stays open. */
    public TableView(Writer out, Ink ink) {
        this.out = out;
        this.ink = ink;
    }

    /** One line of text. */
    public void line(String text) throws IOException {
        raw(Printable.cell(text));
    }

    /** An empty line. */
    public void gap() throws IOException {
        out.write('\n');
    }

    /** A title above what follows. */
    public void heading(String text) throws IOException {
        raw(ink.strong(Printable.cell(text)));
    }

    /** {@code label: value}, values standing under each other. */
    public void fact(String label, String value) throws IOException {
        raw(label(label) + Printable.cell(value));
    }

    /** A fact whose value says how bad it is. */
    public void fact(String label, String value, Mood mood) throws IOException {
        raw(label(label) + mood.paint(ink, Printable.cell(value)));
    }

    /** A fact of several lines, those after the first one as they are; names in it must be plain already. */
    public void lines(String label, String value, Mood mood) throws IOException {
        List<String> lines = value.strip().lines().toList();
        fact(label, lines.isEmpty() ? "" : lines.get(0), mood);
        for (String more : lines.subList(Math.min(1, lines.size()), lines.size())) {
            line(more, mood);
        }
    }

    /** A line that says how bad it is. */
    public void line(String text, Mood mood) throws IOException {
        raw(mood.paint(ink, Printable.cell(text)));
    }

    private static String label(String label) {
        return label + ":" + " ".repeat(Math.max(1, LABEL_WIDTH - label.length() - 1));
    }

    private void raw(String line) throws IOException {
        out.write(line);
        out.write('\n');
    }

    /** Starts a table; close it to print the rows that are still waiting. */
    public Table table(Column... columns) {
        return new Table(List.of(columns));
    }

    /**
     * A column.
     *
     * @param title stands above it
     * @param side where its cells stick
     */
    public record Column(String title, Side side) {
        /** For words. */
        public static Column left(String title) {
            return new Column(title, Side.LEFT);
        }

        /** For numbers. */
        public static Column right(String title) {
            return new Column(title, Side.RIGHT);
        }
    }

    /** Where the cells of a column stick. */
    public enum Side {
        /** Words. */
        LEFT,
        /** Numbers. */
        RIGHT
    }

    /** How bad something is. */
    public enum Mood {
        /** All is well. */
        GOOD,
        /** Worth a look. */
        WARNING,
        /** Broken. */
        BAD;

        String paint(Ink ink, String text) {
            return switch (this) {
                case GOOD -> ink.good(text);
                case WARNING -> ink.warning(text);
                case BAD -> ink.bad(text);
            };
        }
    }

    /**
     * Rows under a header. The widths come from the first rows; a long table streams from then on and may widen a
     * column, but never cuts a cell.
     */
    public final class Table implements AutoCloseable {
        private static final int ROWS_MEASURED = 1000;
        private static final String BETWEEN = "  ";

        private final List<Column> columns;
        private final int[] widths;
        private final List<String[]> waiting = new ArrayList<>();
        private boolean streaming;

        private Table(List<Column> columns) {
            this.columns = columns;
            this.widths = new int[columns.size()];
            for (int i = 0; i < widths.length; i++) {
                widths[i] = columns.get(i).title().length();
            }
        }

        /** Adds a row with one cell for each column. */
        public void row(String... cells) throws IOException {
            if (cells.length != widths.length) {
                throw new IllegalArgumentException(cells.length + " cells for " + widths.length + " columns");
            }
            String[] clean = new String[cells.length];
            for (int i = 0; i < cells.length; i++) {
                clean[i] = Printable.cell(cells[i]);
                widths[i] = Math.max(widths[i], clean[i].length());
            }
            if (streaming) {
                print(clean);
            } else {
                waiting.add(clean);
                if (waiting.size() >= ROWS_MEASURED) {
                    startStreaming();
                }
            }
        }

        private void startStreaming() throws IOException {
            streaming = true;
            String[] titles = new String[widths.length];
            for (int i = 0; i < titles.length; i++) {
                titles[i] = columns.get(i).title().toUpperCase(Locale.ROOT);
            }
            raw(ink.strong(aligned(titles)));
            for (String[] row : waiting) {
                print(row);
            }
            waiting.clear();
        }

        private void print(String[] cells) throws IOException {
            raw(aligned(cells));
        }

        private String aligned(String[] cells) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < cells.length; i++) {
                String pad = " ".repeat(widths[i] - cells[i].length());
                boolean last = i == cells.length - 1;
                if (columns.get(i).side() == Side.RIGHT) {
                    line.append(pad).append(cells[i]);
                } else {
                    line.append(cells[i]).append(last ? "" : pad);
                }
                line.append(last ? "" : BETWEEN);
            }
            return line.toString().stripTrailing();
        }

        /** Prints what is still waiting; a table without rows prints nothing. */
        @Override
        public void close() throws IOException {
            if (!streaming && !waiting.isEmpty()) {
                startStreaming();
            }
        }
    }
}
