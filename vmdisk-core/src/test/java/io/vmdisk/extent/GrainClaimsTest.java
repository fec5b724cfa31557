package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Claims of grains: side by side they do not wait, on the same grain they do. */
@Timeout(60)
class GrainClaimsTest {
    private final GrainClaims claims = new GrainClaims();

    @Test
    void neighboursDoNotWaitForEachOther() {
        try (GrainClaims.Claim one = claims.claim(0, 4);
                GrainClaims.Claim next = claims.claim(5, 9)) {
            assertThat(one).isNotSameAs(next);
        }
    }

    @Test
    void aGrainInCommonIsWaitedFor() throws Exception {
        AtomicBoolean released = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        GrainClaims.Claim first = claims.claim(3, 7);

        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            started.countDown();
            claims.claim(7, 12).close();
            return released.get();
        });
        started.await();
        released.set(true);
        first.close();

        assertThat(second.get(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatWasGivenBackCanBeClaimedAgain() {
        claims.claim(0, 100).close();

        claims.claim(50, 50).close();
    }

    @Test
    void anInterruptedThreadWaitsOnAndStaysInterrupted() throws Exception {
        GrainClaims.Claim first = claims.claim(0, 0);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            Thread.currentThread().interrupt();
            claims.claim(0, 0).close();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        waiting.start();

        first.close();

        assertThat(interrupted.get(50, TimeUnit.SECONDS)).isTrue();
        waiting.join();
    }
}
