package io.vmdisk.cli.report;

import io.vmdisk.cli.view.Printable;
import java.io.IOException;
import java.io.Writer;

/**
 * HTML that is XML too. Whatever text comes here is shown and never taken for markup: names and descriptions are anybody's.
 * Names of elements and attributes are ours.
 */
final class Html {
    private final Writer out;

    Html(Writer out) {
        this.out = out;
    }

    /** Opens an element; attributes are name, value, name, value. */
    Html open(String element, String... attributes) throws IOException {
        begin(element, attributes);
        out.write('>');
        return this;
    }

    /** Closes an element. */
    Html close(String element) throws IOException {
        out.write("</");
        out.write(element);
        out.write(">\n");
        return this;
    }

    /** An element that holds nothing. */
    Html empty(String element, String... attributes) throws IOException {
        begin(element, attributes);
        out.write("/>\n");
        return this;
    }

    private void begin(String element, String... attributes) throws IOException {
        out.write('<');
        out.write(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.write(' ');
            out.write(attributes[i]);
            out.write("=\"");
            out.write(escaped(attributes[i + 1]));
            out.write('"');
        }
    }

    /** Text. */
    Html text(String text) throws IOException {
        out.write(escaped(text));
        return this;
    }

    /** An element with nothing but text. */
    Html element(String element, String text, String... attributes) throws IOException {
        return open(element, attributes).text(text).close(element);
    }

    /** Markup of our own, with all names in it escaped already. */
    Html ours(String markup) throws IOException {
        out.write(markup);
        return this;
    }

    /** Text as it may stand in an element or an attribute, on one line; what XML does not know is shown as its number. */
    static String escaped(String raw) {
        String line = Printable.cell(raw);
        StringBuilder safe = new StringBuilder(line.length() + 16);
        line.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case 0xFFFE, 0xFFFF -> safe.append("\\u").append(Integer.toHexString(point));
                default -> safe.appendCodePoint(point);
            }
        });
        return safe.toString();
    }
}
