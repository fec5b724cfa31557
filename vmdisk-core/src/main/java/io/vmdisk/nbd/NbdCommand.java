package io.vmdisk.nbd;

import java.util.Optional;

/** What a client may ask for during the transmission, and the flags it may add. */
enum NbdCommand {
    READ(0, Protocol.DF | Protocol.FUA),
    WRITE(1, Protocol.FUA),
    DISCONNECT(2, 0xffff),
    FLUSH(3, Protocol.FUA),
    TRIM(4, Protocol.FUA),
    WRITE_ZEROES(6, Protocol.FUA | Protocol.NO_HOLE),
    BLOCK_STATUS(7, Protocol.REQ_ONE | Protocol.FUA);

    private final int code;
    private final int flags;

    NbdCommand(int code, int flags) {
        this.code = code;
        this.flags = flags;
    }

    int code() {
        return code;
    }

    boolean takes(int asked) {
        return (asked & ~flags) == 0;
    }

    static Optional<NbdCommand> of(int code) {
        for (NbdCommand command : values()) {
            if (command.code == code) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }
}
