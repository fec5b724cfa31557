package io.vmdisk.cli;

/**
 * Runs short commands once, silently, so that the JVM can record what they load; the launcher starts it beside the
 * first command of an installation.
 */
public final class Rehearsal {
    private Rehearsal() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        play("--version");
    }

    private static void play(String... arguments) {
        Main.run(Console.silent(), arguments);
    }
}
