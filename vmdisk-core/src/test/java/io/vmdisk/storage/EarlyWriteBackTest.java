package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Write-back begins while a large file is written, one at a time, and never harms the writer. */
class EarlyWriteBackTest {
    private final EarlyWriteBack early = new EarlyWriteBack();

    @Test
    void beginsOnceForSoMuchThatIsWritten() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        early.written(EarlyWriteBack.STRIDE_BYTES - 1, begun::countDown);
        assertThat(begun.getCount()).isEqualTo(1);
        early.written(1, begun::countDown);

        begun.await();
    }

    @Test
    void waitsForNoDriveAndBeginsNoSecondOneMeanwhile() throws InterruptedException {
        CountDownLatch driveIsBusy = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        early.written(EarlyWriteBack.STRIDE_BYTES, () -> {
            begun.countDown();
            try {
                driveIsBusy.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        begun.await();
        boolean[] second = new boolean[1];
        early.written(EarlyWriteBack.STRIDE_BYTES, () -> second[0] = true);

        assertThat(second[0]).isFalse();
        driveIsBusy.countDown();
    }

    @Test
    void aFailureIsLeftToTheNextForce() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        early.written(EarlyWriteBack.STRIDE_BYTES, () -> {
            begun.countDown();
            throw new IOException("the drive is gone");
        });

        begun.await();
    }
}
