package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowCacheTest {
    private static final int SLOTS = 1 << 14;

    private final WindowCache windows = new WindowCache(1 << 20);

    @Test
    void findsAWindowAgain() throws IOException {
        ResolvedWindow window = window();

        windows.put(7, 0, window);

        assertThat(windows.get(7, 0)).isSameAs(window);
        assertThat(windows.get(8, 0)).isNull();
    }

    @Test
    void aWindowThatIsOlderThanAChangeDoesNotCount() throws IOException {
        windows.put(7, 0, window());

        assertThat(windows.get(7, 1)).isNull();
    }

    @Test
    void aLaterWindowTakesTheSlotOfAnother() throws IOException {
        windows.put(7, 0, window());
        ResolvedWindow later = window();

        windows.put(7 + SLOTS, 0, later);

        assertThat(windows.get(7, 0)).isNull();
        assertThat(windows.get(7 + SLOTS, 0)).isSameAs(later);
        assertThat(windows.weight()).isEqualTo(later.weight());
    }

    @Test
    void staysWithinItsWeight() throws IOException {
        long most = (1 << 20) / window().weight();

        for (long number = 0; number < 2 * most; number++) {
            windows.put(number, 0, window());
            assertThat(windows.weight()).isLessThanOrEqualTo(1 << 20);
        }

        assertThat(windows.get(2 * most - 1, 0)).isNotNull();
        assertThat(windows.get(0, 0)).isNull();
    }

    /** Of a chain without links, which reads as zeros. */
    private static ResolvedWindow window() throws IOException {
        return ResolvedWindow.resolve(Layers.of(List.of()), 0, ResolvedWindow.BYTES);
    }
}
