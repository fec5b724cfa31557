package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.LinkInfo;
import io.vmdisk.cli.view.ByteSize;
import java.io.IOException;
import java.util.List;

/** A {@link ChainTree} drawn: the base above, each disk below the one it stands on. */
final class ChainPicture {
    private static final int ROW = 46;
    private static final int LANE = 24;
    private static final int MARGIN = 16;
    private static final int DOT = 7;
    private static final int TEXT_WIDTH = 760;
    private static final int FIRST_LINE = -2;
    private static final int SECOND_LINE = 15;
    private static final String GAP = "10";
    private static final int MOST_LETTERS = 96;

    private final List<ChainRows.Row> rows;
    private final int textLeft;

    ChainPicture(ChainTree tree) {
        this.rows = ChainRows.of(tree);
        int lanes = rows.stream().mapToInt(ChainRows.Row::lane).max().orElse(0) + 1;
        this.textLeft = MARGIN + lanes * LANE;
    }

    private static int x(ChainRows.Row row) {
        return MARGIN + row.lane() * LANE;
    }

    private static int y(int row) {
        return MARGIN + DOT + row * ROW;
    }

    void write(Html html, String title) throws IOException {
        int width = textLeft + TEXT_WIDTH;
        int height = y(rows.size() - 1) + ROW;
        html.open("div", "class", "wide");
        html.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "role",
                "img",
                "aria-label",
                title,
                "class",
                "chain",
                "viewBox",
                "0 0 " + width + " " + height,
                "width",
                Integer.toString(width),
                "height",
                Integer.toString(height));
        html.element("title", title);
        for (int row = 0; row < rows.size(); row++) {
            line(html, row);
        }
        for (int row = 0; row < rows.size(); row++) {
            node(html, row);
        }
        html.close("svg").close("div");
    }

    private void line(Html html, int number) throws IOException {
        ChainRows.Row row = rows.get(number);
        if (row.parentRow() < 0) {
            return;
        }
        ChainRows.Row parent = rows.get(row.parentRow());
        html.empty(
                "path",
                "class",
                parent.node().problem().isEmpty() ? "line" : "line bad",
                "d",
                "M" + x(parent) + " " + y(row.parentRow()) + "V"
                        + (row.lane() == parent.lane() ? y(number) : y(number) - LANE)
                        + (row.lane() == parent.lane()
                                ? ""
                                : "Q" + x(parent) + " " + y(number) + " " + x(row) + " " + y(number)));
    }

    private void node(Html html, int number) throws IOException {
        ChainNode node = rows.get(number).node();
        boolean bad = !node.problem().isEmpty();
        html.empty(
                "circle",
                "class",
                bad ? "dot bad" : node.isPresent() ? "dot now" : "dot",
                "cx",
                Integer.toString(x(rows.get(number))),
                "cy",
                Integer.toString(y(number)),
                "r",
                Integer.toString(DOT));
        html.open("text", "x", Integer.toString(textLeft), "y", Integer.toString(y(number) + FIRST_LINE));
        html.element("title", node.path().toString());
        html.element("tspan", shortened(node.name()), "class", "name");
        if (!node.states().isEmpty()) {
            html.element("tspan", shortened(String.join(", ", node.states())), "class", "state", "dx", GAP);
        }
        html.close("text");
        html.element(
                "text",
                shortened(bad ? node.problem() : facts(node)),
                "class",
                bad ? "facts bad" : "facts",
                "x",
                Integer.toString(textLeft),
                "y",
                Integer.toString(y(number) + SECOND_LINE));
    }

    private static String facts(ChainNode node) {
        LinkInfo link = node.link();
        if (link == null) {
            return "";
        }
        String size = node.bytes() < 0 ? "size unknown" : ByteSize.print(node.bytes()) + " on disk";
        return link.format() + ", " + size + ", CID " + link.link().contentId();
    }

    /** Half a letter is none. */
    private static String shortened(String text) {
        if (text.codePointCount(0, text.length()) <= MOST_LETTERS) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, MOST_LETTERS - 1)) + "…";
    }
}
