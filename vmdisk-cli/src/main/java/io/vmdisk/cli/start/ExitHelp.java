package io.vmdisk.cli.start;

/** The exit codes as the top-level help and the man pages show them. */
final class ExitHelp {
    private ExitHelp() {}

    static String[] lines() {
        return new String[] {
            "",
            "Exit codes:",
            "    0  done",
            "    1  finished, and the answer is no (differs, findings)",
            "    3  the input is malformed or not supported",
            "    4  refused for safety",
            "    5  input/output error or no space",
            "   64  the command line is wrong",
            "   70  a bug of vmdisk",
            "  130  cancelled",
            "check: 0 clean, 1 could not check, 2 corrupt, 3 leaks only. compare: 0 same, 1 differ, above 1 an error.",
        };
    }
}
