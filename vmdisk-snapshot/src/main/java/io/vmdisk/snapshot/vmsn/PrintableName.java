package io.vmdisk.snapshot.vmsn;

/** Makes names out of a file harmless: no control characters, escape sequences or look-alikes reach a terminal. */
final class PrintableName {
    private PrintableName() {}

    static String ascii(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            safe.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return safe.toString();
    }
}
