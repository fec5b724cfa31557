package io.vmdisk.cli.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A {@link ChainTree} as rows, bases first. A line of disks that nothing branches off keeps one lane; of several children
 * the last one goes on in its parent's lane, and the others are drawn before it, one lane further right, so that no two lines
 * cross.
 */
final class ChainRows {
    /**
     * A row.
     *
     * @param lane from the left, from 0
     * @param parentRow the row that it hangs on; -1 for a base
     */
    record Row(ChainNode node, int lane, int parentRow) {}

    private ChainRows() {}

    /** No recursion: a chain may be long. */
    static List<Row> of(ChainTree tree) {
        List<Row> rows = new ArrayList<>();
        Deque<Row> waiting = new ArrayDeque<>();
        push(waiting, tree.children(null), 0, -1, false);
        while (!waiting.isEmpty()) {
            Row row = waiting.pop();
            rows.add(row);
            push(waiting, tree.children(row.node()), row.lane(), rows.size() - 1, true);
        }
        return rows;
    }

    private static void push(Deque<Row> waiting, List<ChainNode> nodes, int lane, int parentRow, boolean branching) {
        for (int i = nodes.size() - 1; i >= 0; i--) {
            boolean goesOn = !branching || i == nodes.size() - 1;
            waiting.push(new Row(nodes.get(i), goesOn ? lane : lane + 1, parentRow));
        }
    }
}
