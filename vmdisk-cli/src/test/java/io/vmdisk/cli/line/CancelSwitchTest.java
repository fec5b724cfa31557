package io.vmdisk.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CancelSwitchTest {
    @Test
    void doesNotWaitForWorkThatNeverAsks() {
        CancelSwitch cancel = new CancelSwitch();

        cancel.cancelAndWait();

        assertThat(cancel.cancelled()).isTrue();
    }

    @Test
    void waitsForWorkThatFollowsIt() throws Exception {
        CancelSwitch cancel = new CancelSwitch();
        cancel.follow();

        CompletableFuture<Void> waiting = CompletableFuture.runAsync(cancel::cancelAndWait);
        while (!cancel.cancelled()) {
            Thread.onSpinWait();
        }
        assertThat(waiting).isNotDone();
        cancel.finish();

        waiting.get(20, TimeUnit.SECONDS);
    }
}
