package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.commons.io.FilenameUtils;

/**
 * The value of a {@code fileName}: what kind of name it is, without touching any file.
 *
 * <p>Configurations are not to be trusted: a name may be a device, a pipe, a network path or hold control characters.
 * Only {@link Kind#RELATIVE} and {@link Kind#ABSOLUTE} name files, and whether one outside the machine's folder may be
 * opened is the caller's decision.
 *
 * @param text the value as it stands
 * @param kind what it names
 * @since 0.1
 */
public record FileReference(String text, Kind kind) {
    /** What a name can be. */
    public enum Kind {
        /** Nothing, or a word that stands for no file: {@code auto detect}. */
        PLACEHOLDER,
        /** A file in or below the machine's folder, or beside it with {@code ..}. */
        RELATIVE,
        /** A file by an absolute POSIX path. */
        ABSOLUTE,
        /** A file by drive letter or network share, of a Windows host. */
        WINDOWS,
        /** A device, or a pipe of Windows. */
        DEVICE,
        /** {@code telnet://host:port} and its like. */
        URL,
        /** Holds control characters and names nothing. */
        INVALID
    }

    /** Judges a value. */
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
            default -> text.matches("(?i)(floppy|cd/dvd drive) \\d+");
        };
    }

    /** Whether a file is named that could be looked for. */
    public boolean isFile() {
        return kind == Kind.RELATIVE || kind == Kind.ABSOLUTE || kind == Kind.WINDOWS;
    }

    /** The last component of the name, whatever the separator. */
    public String baseName() {
        return text.substring(FilenameUtils.indexOfLastSeparator(text) + 1);
    }

    /** The path as seen from a folder; empty if this names no file that this system could hold. */
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
     * Where a file of this name may be looked for from a folder. As {@link #resolve}, and for names of Windows drives too:
     * elsewhere than on Windows a path that no file has, under which what was found for it can be known.
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
