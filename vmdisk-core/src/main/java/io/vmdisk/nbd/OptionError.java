package io.vmdisk.nbd;

/** Why an option is refused. */
enum OptionError {
    UNSUPPORTED(0x80000001),
    POLICY(0x80000002),
    INVALID(0x80000003),
    TLS_REQUIRED(0x80000005),
    UNKNOWN_EXPORT(0x80000006),
    TOO_BIG(0x80000009);

    private final int code;

    OptionError(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
