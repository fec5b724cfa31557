package io.vmdisk.cli;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that moves a second with each look. */
public final class StepClock implements LongSupplier {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long getAsLong() {
        return nanos.getAndAdd(1_000_000_000L);
    }
}
