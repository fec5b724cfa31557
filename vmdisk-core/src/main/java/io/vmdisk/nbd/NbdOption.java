package io.vmdisk.nbd;

import java.util.Optional;

/** What a client may ask for during the handshake. */
enum NbdOption {
    EXPORT_NAME(1),
    ABORT(2),
    LIST(3),
    STARTTLS(5),
    INFO(6),
    GO(7),
    STRUCTURED_REPLY(8),
    LIST_META_CONTEXT(9),
    SET_META_CONTEXT(10);

    private final int code;

    NbdOption(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<NbdOption> of(int code) {
        for (NbdOption option : values()) {
            if (option.code == code) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }
}
