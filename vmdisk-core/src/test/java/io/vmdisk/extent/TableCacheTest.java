package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One budget for the tables of a chain: the oldest that nobody asked for goes, changed ones stay. */
class TableCacheTest {
    private static final int TABLE_BYTES = 4096;

    private final TableCache cache = new TableCache(3 * TABLE_BYTES);
    private final DirectoryPage page = new DirectoryPage(0, new long[8]);

    private GrainTable load(int index) {
        GrainTable table = new GrainTable(index, new byte[TABLE_BYTES], Integer.BYTES, page);
        table.recentlyUsed = false;
        page.keep(table);
        cache.add(table);
        return table;
    }

    private boolean isKept(int index) {
        return page.cached(index) != null;
    }

    @Test
    void whatFitsStays() {
        load(0);
        load(1);
        load(2);

        assertThat(cache.heldBytes()).isEqualTo(3 * TABLE_BYTES);
        assertThat(isKept(0)).isTrue();
        assertThat(cache.overBudget()).isFalse();
    }

    @Test
    void theOldestGoesFirst() {
        load(0);
        load(1);
        load(2);
        load(3);

        assertThat(isKept(0)).isFalse();
        assertThat(isKept(1)).isTrue();
        assertThat(cache.heldBytes()).isEqualTo(3 * TABLE_BYTES);
    }

    @Test
    void oneThatWasUsedHasAnotherChance() {
        load(0).recentlyUsed = true;
        load(1);
        load(2);
        load(3);

        assertThat(isKept(0)).isTrue();
        assertThat(isKept(1)).isFalse();
    }

    @Test
    void changedTablesStayUntilTheyAreFlushed() {
        GrainTable changed = load(0);
        changed.set(0, 7);
        load(1);
        load(2);
        load(3);
        assertThat(isKept(0)).isTrue();
        assertThat(isKept(1)).isFalse();

        changed.clean();
        load(4);
        load(5);

        assertThat(isKept(0)).isFalse();
    }

    @Test
    void ifAllAreChangedTheOwnerIsToldThatItIsTimeToFlush() {
        for (int i = 0; i < 4; i++) {
            load(i).set(0, 1);
        }

        assertThat(cache.overBudget()).isTrue();
    }

    @Test
    void aTableThatWentRefusesChanges() {
        GrainTable gone = load(0);
        load(1);
        load(2);
        load(3);

        assertThat(gone.set(0, 1)).isFalse();
    }
}
