package io.vmdisk.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PipelineTest {
    private static final int THREADS = 2;

    private final List<Integer> taken = new ArrayList<>();

    private Pipeline<Integer> pipeline(int threads) {
        return new Pipeline<>(threads, taken::add, Progress.NONE, "testing");
    }

    @Property(tries = 60)
    void resultsComeInTheOrderOfTheirTasks(
            @ForAll @IntRange(min = 1, max = 5) int threads, @ForAll @IntRange(max = 60) int tasks) throws IOException {
        taken.clear();
        try (Pipeline<Integer> pipeline = pipeline(threads)) {
            for (int i = 0; i < tasks; i++) {
                int number = i;
                pipeline.submit(() -> {
                    if (number % 3 == 0) {
                        Thread.yield();
                    }
                    return number;
                });
            }
            pipeline.finish();
        }
        assertThat(taken)
                .containsExactlyElementsOf(IntStream.range(0, tasks).boxed().toList());
    }

    @Test
    void neverAreMoreTasksInFlightThanItsDepth() throws IOException {
        AtomicInteger begun = new AtomicInteger();
        try (Pipeline<Integer> pipeline = pipeline(THREADS)) {
            for (int i = 0; i < 40; i++) {
                pipeline.submit(begun::getAndIncrement);
                assertThat(i + 1 - taken.size()).isLessThanOrEqualTo(pipeline.depth());
            }
            pipeline.finish();
        }
        assertThat(taken).hasSize(40);
    }

    @Test
    void twoTasksRunAtOnce() throws IOException {
        CountDownLatch both = new CountDownLatch(THREADS);
        try (Pipeline<Integer> pipeline = pipeline(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                pipeline.submit(() -> {
                    both.countDown();
                    both.await();
                    return number;
                });
            }
            pipeline.finish();
        }
        assertThat(taken).containsExactly(0, 1);
    }

    @Test
    void aFailureIsThrownToTheFeederAndTheTasksBehindItAreDoneBeforeTheEnd() {
        AtomicInteger done = new AtomicInteger();
        assertThatThrownBy(() -> {
                    try (Pipeline<Integer> pipeline = pipeline(THREADS)) {
                        pipeline.submit(() -> {
                            throw new IOException("no space");
                        });
                        pipeline.submit(done::incrementAndGet);
                        pipeline.submit(done::incrementAndGet);
                        pipeline.finish();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("no space");
        assertThat(done).hasValue(2);
        assertThat(taken).isEmpty();
    }

    @Test
    void errorsAndRuntimeExceptionsReachTheFeederAsTheyAre() {
        for (Throwable thrown : List.of(new IllegalStateException("odd"), new OutOfMemoryError("little"))) {
            assertThatThrownBy(() -> {
                        try (Pipeline<Integer> pipeline = pipeline(1)) {
                            pipeline.submit(() -> {
                                if (thrown instanceof Error error) {
                                    throw error;
                                }
                                throw (RuntimeException) thrown;
                            });
                            pipeline.finish();
                        }
                    })
                    .isSameAs(thrown);
        }
    }

    @Test
    void anInterruptOfTheFeederIsKeptAndStopsNoTask() throws IOException {
        Thread.currentThread().interrupt();
        try (Pipeline<Integer> pipeline = pipeline(THREADS)) {
            for (int i = 0; i < 20; i++) {
                int number = i;
                pipeline.submit(() -> {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    return number;
                });
            }
            pipeline.finish();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(taken).hasSize(20);
    }

    @Test
    void aCancelledProgressTakesNoMoreTasks() throws IOException {
        boolean[] cancelled = new boolean[1];
        Progress progress = new Progress() {
            @Override
            public boolean cancelled() {
                return cancelled[0];
            }
        };
        try (Pipeline<Integer> pipeline = new Pipeline<>(1, taken::add, progress, "testing")) {
            pipeline.submit(() -> 1);
            cancelled[0] = true;
            assertThatThrownBy(() -> pipeline.submit(() -> 2)).isInstanceOf(OperationCancelledException.class);
        }
    }

    @Test
    void workersEndWithThePipeline() throws Exception {
        Thread[] worker = new Thread[1];
        try (Pipeline<Integer> pipeline = pipeline(1)) {
            pipeline.submit(() -> {
                worker[0] = Thread.currentThread();
                return 1;
            });
            pipeline.finish();
        }
        worker[0].join();
        assertThat(worker[0].isAlive()).isFalse();
    }
}
