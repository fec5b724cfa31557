package io.vmdisk.testkit;

import java.io.IOException;

/** The failure that {@link FaultVolume} was told to make: never a finding about the tested code by itself. */
public final class InjectedFaultException extends IOException {
    private static final long serialVersionUID = 1L;

    InjectedFaultException(String message) {
        super(message);
    }
}
