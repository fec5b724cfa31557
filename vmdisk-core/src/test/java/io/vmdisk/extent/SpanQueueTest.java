package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpanQueueTest {
    @Test
    void joinsWhatIsAddedBehindTheLastStretch() {
        SpanQueue queue = new SpanQueue(2);
        assertThat(queue.add(5, 2)).isTrue();
        assertThat(queue.add(7, 1)).isTrue();

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.firstCount()).isEqualTo(3);
        assertThat(queue.take(2)).isEqualTo(5);
        assertThat(queue.take(1)).isEqualTo(7);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void refusesStretchesBeyondItsLimitButStillJoins() {
        SpanQueue queue = new SpanQueue(1);
        queue.add(0, 1);

        assertThat(queue.add(5, 1)).isFalse();
        assertThat(queue.add(1, 1)).isTrue();
        assertThat(queue.count(0)).isEqualTo(2);
    }

    @Test
    void keepsOrderWhileItGrowsAndWrapsAround() {
        SpanQueue queue = new SpanQueue(1000);
        long added = 0;
        long taken = 0;
        for (int round = 0; round < 900; round++) {
            assertThat(queue.add(10 * added, 1)).isTrue();
            assertThat(queue.add(10 * added + 10, 1)).isTrue();
            added += 2;
            assertThat(queue.take(1)).isEqualTo(10 * taken++);
        }
        assertThat(queue.size()).isEqualTo(900);
        assertThat(queue.start(0)).isEqualTo(10 * taken);
        assertThat(queue.start(899)).isEqualTo(10 * (added - 1));
        while (!queue.isEmpty()) {
            assertThat(queue.take(1)).isEqualTo(10 * taken++);
        }
        assertThat(taken).isEqualTo(added);
    }
}
