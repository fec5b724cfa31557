package io.vmdisk.names;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.FilenameUtils;

/**
 * Judges file names of any platform by their letters alone: the host that wrote them may be gone.
 *
 * <p>Never asks a file system.
 */
public final class ForeignName {
    /** Protocol words that name no file although no {@code //} follows; other tools do open them. */
    private static final Set<String> BARE_SCHEMES = Set.of(
            "json",
            "nbd",
            "rbd",
            "file",
            "ssh",
            "iscsi",
            "nfs",
            "fat",
            "http",
            "https",
            "ftp",
            "ftps",
            "tftp",
            "vsan",
            "gluster",
            "sheepdog",
            "null-co",
            "null-aio",
            "blkdebug",
            "blkverify",
            "blkreplay",
            "host_device",
            "host_cdrom",
            "raw",
            "vvol",
            "fd",
            "exec");

    private static final Set<String> WINDOWS_DEVICES =
            Set.of("con", "prn", "aux", "nul", "conin$", "conout$", "clock$");
    private static final List<String> DEVICE_FOLDERS = List.of("/dev/", "/vmfs/devices/", "//./", "//?/", "/??/");

    /** Lies among the devices of Linux, but holds plain files. */
    private static final String MEMORY_FOLDER = "/dev/shm/";

    private ForeignName() {}

    /** Whether it begins with a URI scheme: two letters at least, so that a drive is none. */
    public static boolean isUri(String name) {
        int colon = name.indexOf(':');
        if (colon < 2 || !isLetter(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < colon; i++) {
            char c = name.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && "+-._".indexOf(c) < 0) {
                return false;
            }
        }
        return name.startsWith("//", colon + 1)
                || BARE_SCHEMES.contains(name.substring(0, colon).toLowerCase(Locale.ROOT));
    }

    /** Whether it lies in a folder of devices, of Unix, ESXi or Windows. */
    public static boolean isDevice(String name) {
        String unified = collapse(name.replace('\\', '/')).toLowerCase(Locale.ROOT);
        if (unified.startsWith(MEMORY_FOLDER) && !unified.contains("/../")) {
            return false;
        }
        for (String folder : DEVICE_FOLDERS) {
            if (unified.startsWith(folder)) {
                return true;
            }
        }
        return false;
    }

    /** Whether Windows opens a device for it, wherever it lies: {@code NUL}, {@code com1.vmdk}. */
    public static boolean isWindowsDevice(String name) {
        String last = lastPart(name).toLowerCase(Locale.ROOT);
        int dot = last.indexOf('.');
        String stem = (dot < 0 ? last : last.substring(0, dot)).strip();
        if (WINDOWS_DEVICES.contains(stem)) {
            return true;
        }
        boolean numbered = stem.length() == 4 && (stem.startsWith("com") || stem.startsWith("lpt"));
        return numbered && "0123456789\u00B9\u00B2\u00B3".indexOf(stem.charAt(3)) >= 0;
    }

    /** Whether it is absolute on Unix or Windows, a drive or a share. */
    public static boolean isAbsolute(String name) {
        return name.startsWith("/") || name.startsWith("\\") || hasDrive(name);
    }

    /** Whether the name leads up at some point, by the rules of Unix or Windows. */
    public static boolean climbs(String name) {
        String unified = '/' + name.replace('\\', '/') + '/';
        return unified.contains("/../");
    }

    /** Whether it begins with a drive letter. */
    public static boolean hasDrive(String name) {
        return name.length() >= 2 && name.charAt(1) == ':' && isLetter(name.charAt(0));
    }

    /** Whether it names a share of a Windows network. */
    public static boolean isShare(String name) {
        return name.startsWith("\\\\") || name.startsWith("//");
    }

    /** Control and text-direction characters: no honest file name has them. */
    public static boolean hasControls(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean direction = (c >= '\u202A' && c <= '\u202E') || (c >= '\u2066' && c <= '\u2069');
            if (Character.isISOControl(c) || direction) {
                return true;
            }
        }
        return false;
    }

    /** What follows the last separator of either kind. */
    public static String lastPart(String name) {
        return name.substring(FilenameUtils.indexOfLastSeparator(name) + 1);
    }

    /** The name of the folder that holds the last part, if there is one that has a name. */
    public static Optional<String> lastFolder(String name) {
        int end = FilenameUtils.indexOfLastSeparator(name);
        if (end <= 0) {
            return Optional.empty();
        }
        String folder = lastPart(name.substring(0, end));
        boolean names = !folder.isEmpty() && !folder.equals(".") && !folder.equals("..") && !hasDrive(folder);
        return names ? Optional.of(folder) : Optional.empty();
    }

    /** Drops empty and {@code .} parts behind the first letter, so that {@code //dev/./sda} does not hide. */
    private static String collapse(String name) {
        if (name.startsWith("//./") || name.startsWith("//?/")) {
            return name;
        }
        StringBuilder kept = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean afterSlash = kept.length() > 0 && kept.charAt(kept.length() - 1) == '/';
            boolean dotPart = c == '.' && afterSlash && (i + 1 == name.length() || name.charAt(i + 1) == '/');
            if (!(c == '/' && afterSlash) && !dotPart) {
                kept.append(c);
            }
        }
        return kept.toString();
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
