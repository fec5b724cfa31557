package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import com.google.common.base.CharMatcher;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.io.FilenameUtils;

/**
 * The value of a {@code fileName}, judged by its letters, without touching any file.
 *
 * <p>Configurations are not to be trusted: a name may be a device, a pipe or a network path, or hold control
 * characters. Only {@link Kind#RELATIVE} and {@link Kind#ABSOLUTE} name files. Whether a file outside the machine's
 * folder may be opened is up to the caller.
 *
 * @param text the value as the configuration has it
 * @param kind what it names
 * @since 0.1
 */
public record FileReference(String text, Kind kind) {
    /** What a name can be. */
    public enum Kind {
        /** Nothing, or words that mean no file, such as {@code auto detect}. */
        PLACEHOLDER,
        /** A file in or below the machine's folder, or beside it with {@code ..}. */
        RELATIVE,
        /** A file by an absolute POSIX path. */
        ABSOLUTE,
        /** A file of a Windows host, by drive letter or network share. */
        WINDOWS,
        /** A device of a host, or a pipe of Windows. */
        DEVICE,
        /** {@code telnet://host:port} and its like. */
        URL,
        /** A text with control characters, which names nothing. */
        INVALID
    }

    /**
     * {@return a value with the kind that its letters say}
     *
     * @param text as the configuration has it
     */
    public static FileReference of(String text) {
        return new FileReference(text, kindOf(text));
    }

    private static Kind kindOf(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            return Kind.INVALID;
        }
        if (isPlaceholder(text)) {
            return Kind.PLACEHOLDER;
        }
        if (text.startsWith("/dev/") || text.startsWith("\\\\.\\") || text.startsWith("/vmfs/devices/")) {
            return Kind.DEVICE;
        }
        if (text.contains("://")) {
            return Kind.URL;
        }
        if (text.startsWith("/")) {
            return Kind.ABSOLUTE;
        }
        boolean drive = text.length() >= 2 && text.charAt(1) == ':' && Character.isLetter(text.charAt(0));
        return drive || text.startsWith("\\\\") ? Kind.WINDOWS : Kind.RELATIVE;
    }

    private static boolean isPlaceholder(String text) {
        return switch (Ascii.toLowerCase(text.strip())) {
            case "", "-1", "auto detect", "emptybackingstring", "vmware-null-remote-floppy" -> true;
            default -> isNumbered(text, "floppy ") || isNumbered(text, "cd/dvd drive ");
        };
    }

    /** By hand: every name of a file comes here, and a pattern takes long to compile. */
    private static boolean isNumbered(String text, String drive) {
        int digits = drive.length();
        return text.length() > digits
                && Ascii.toLowerCase(text).startsWith(drive)
                && CharMatcher.inRange('0', '9').matchesAllOf(text.substring(digits));
    }

    /** {@return whether it names a file that can be looked for} */
    public boolean isFile() {
        return kind == Kind.RELATIVE || kind == Kind.ABSOLUTE || kind == Kind.WINDOWS;
    }

    /** {@return the last part of the name, behind the last slash or backslash} */
    public String baseName() {
        return text.substring(FilenameUtils.indexOfLastSeparator(text) + 1);
    }

    /**
     * The path as seen from a folder.
     *
     * @param folder the folder of the machine
     * @return empty if it names no file, a file of a Windows host, or one that this system can't have
     */
    public Optional<Path> resolve(Path folder) {
        if (kind != Kind.RELATIVE && kind != Kind.ABSOLUTE) {
            return Optional.empty();
        }
        try {
            return Optional.of(folder.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * The path under which a file of this name may be looked for from a folder. As {@link #resolve}, and also for names
     * with a drive letter: except on Windows that is a path that no file has, which serves as a key for the file that
     * was found in its stead.
     *
     * @param folder the folder of the machine
     * @return empty if it names no file, a network share, or a file that this system can't have
     */
    public Optional<Path> place(Path folder) {
        if (kind != Kind.WINDOWS || text.startsWith("\\\\")) {
            return resolve(folder);
        }
        try {
            return Optional.of(folder.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
