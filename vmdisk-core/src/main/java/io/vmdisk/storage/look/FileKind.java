package io.vmdisk.storage.look;

import com.google.common.base.Ascii;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a file is that was named where another kind was wanted: told by its first bytes, and by its name where they say
 * nothing. Only good for saying so; whoever reads a format looks at it with that format's own eyes.
 *
 * @since 0.1
 */
public enum FileKind {
    /** No byte. */
    EMPTY("an empty file"),
    /** A descriptor, a sparse extent or a disk in one file. */
    DISK("a disk"),
    /** Says which blocks of a disk changed. */
    CHANGE_TRACKING("a change tracking file"),
    /** A configuration. */
    MACHINE("a machine"),
    /** A {@code .vmsd}. */
    SNAPSHOT_LIST("a snapshot list"),
    /** A {@code .vmsn} or {@code .vmss}. */
    CHECKPOINT("the saved state of a machine"),
    /** A machine for transport, as one archive. */
    OVA("an OVA"),
    /** The description of a machine for transport. */
    OVF("an OVF"),
    /** QEMU's own format. */
    QCOW("a QEMU qcow2 image"),
    /** VirtualBox's own format. */
    VDI("a VirtualBox disk image"),
    /** Hyper-V's own format. */
    VHDX("a Hyper-V disk image"),
    /** Virtual PC's own format, if it grows; a fixed one is raw data that ends in its mark. */
    VHD("a Virtual PC disk image"),
    /** A disc; its mark stands behind 32 KiB of zeros, so its name says so. */
    ISO("the image of a CD or DVD"),
    /** Something packed. */
    ARCHIVE("an archive"),
    /** What a product wrote about a run. */
    LOG("a log"),
    /** Bytes that are no text. */
    BINARY("binary data"),
    /** Text that says nothing of itself. */
    TEXT("a text");

    private static final int TAR_MAGIC_AT = 257;
    private static final int VDI_MAGIC_AT = 64;

    private static final Pattern DESCRIPTOR =
            Pattern.compile("(?im)^\\s*(#\\s*disk descriptor ?file|(cid|parentcid|createtype)\\s*=)");
    private static final Pattern CONFIGURATION =
            Pattern.compile("(?im)^\\s*(config\\.version|virtualhw\\.version)\\s*=");
    private static final Pattern SETTING = Pattern.compile("(?m)^[A-Za-z][\\w.:]* *= *\"[^\"\\x00]*\" *$");
    private static final Pattern LIST =
            Pattern.compile("(?im)^\\s*snapshot\\.(lastuid|numsnapshots|current|needconsolidate|mru[0-9]+\\.uid)\\s*=");
    private static final Pattern RUN = Pattern.compile("(?m)^[^\\n=\"]*\\|[^\\n|=\"]*\\|");

    private final String words;

    FileKind(String words) {
        this.words = words;
    }

    /** The kind of an existing file. */
    public static FileKind of(Volume volume, Path file) throws IOException {
        try (BlockFile opened = volume.open(file, OpenMode.READ)) {
            return of(String.valueOf(file.getFileName()), FileStart.of(opened));
        }
    }

    /** The kind of a file of that name that begins so. */
    public static FileKind of(String name, ByteBuffer start) {
        byte[] head = new byte[start.remaining()];
        start.duplicate().get(head);
        if (head.length == 0) {
            return EMPTY;
        }
        FileKind bySignature = bySignature(name, head);
        if (bySignature != null) {
            return bySignature;
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (CONFIGURATION.matcher(text).find() || (isConfigurationName(name) && isDamagedText(head, text))) {
            return MACHINE;
        }
        if (text.indexOf(0) >= 0) {
            return suffix(name).equals("iso") ? ISO : BINARY;
        }
        return byText(name, text);
    }

    private static @Nullable FileKind bySignature(String name, byte[] head) {
        if (has(head, 0, "KDMV") || has(head, 0, "COWD") || hasBytes(head, 0, 0xBE, 0xBA, 0xFE, 0xCA)) {
            return DISK;
        }
        if (hasBytes(head, 0, 0xA2, 0x72, 0x19, 0xF6)) {
            return CHANGE_TRACKING;
        }
        if (isCheckpoint(head)) {
            return CHECKPOINT;
        }
        if (has(head, 0, "QFI\u00fb")) {
            return QCOW;
        }
        if (hasBytes(head, VDI_MAGIC_AT, 0x7F, 0x10, 0xDA, 0xBE)) {
            return VDI;
        }
        if (has(head, 0, "vhdxfile")) {
            return VHDX;
        }
        if (has(head, 0, "conectix")) {
            return VHD;
        }
        if (has(head, TAR_MAGIC_AT, "ustar")) {
            boolean machine = suffix(name).equals("ova") || firstMember(head).endsWith(".ovf");
            return machine ? OVA : ARCHIVE;
        }
        boolean packed = hasBytes(head, 0, 0x1F, 0x8B)
                || has(head, 0, "PK\u0003\u0004")
                || has(head, 0, "BZh")
                || hasBytes(head, 0, 0xFD, '7', 'z', 'X', 'Z')
                || hasBytes(head, 0, '7', 'z', 0xBC, 0xAF)
                || hasBytes(head, 0, 0x28, 0xB5, 0x2F, 0xFD);
        return packed ? ARCHIVE : null;
    }

    /** {@code D?BED?BE} or {@code D?BAD?BA}, whole, in the making or used up. */
    private static boolean isCheckpoint(byte[] head) {
        return head.length >= Integer.BYTES
                && (head[0] & 0xF0) == 0xD0
                && (head[2] & 0xF0) == 0xD0
                && (head[1] == (byte) 0xBE || head[1] == (byte) 0xBA)
                && head[3] == head[1];
    }

    private static FileKind byText(String name, String text) {
        if (DESCRIPTOR.matcher(text).find()) {
            return DISK;
        }
        if (LIST.matcher(text).find()) {
            return SNAPSHOT_LIST;
        }
        if (text.contains("<Envelope") || text.contains(":Envelope")) {
            return OVF;
        }
        if (RUN.matcher(text).find()) {
            return LOG;
        }
        return switch (suffix(name)) {
            case "vmx", "vmtx" -> MACHINE;
            case "vmsd" -> SNAPSHOT_LIST;
            case "log" -> LOG;
            default -> TEXT;
        };
    }

    /** Zeros that a crash left among settings, or an editor's two bytes a letter: lint tells of it. */
    private static boolean isDamagedText(byte[] head, String text) {
        boolean wide = hasBytes(head, 0, 0xFF, 0xFE) || hasBytes(head, 0, 0xFE, 0xFF);
        return wide || (text.indexOf(0) >= 0 && SETTING.matcher(text).find());
    }

    private static boolean isConfigurationName(String name) {
        return suffix(name).equals("vmx") || suffix(name).equals("vmtx");
    }

    private static String firstMember(byte[] head) {
        String name = new String(head, 0, Math.min(head.length, 100), StandardCharsets.ISO_8859_1);
        int end = name.indexOf(0);
        return Ascii.toLowerCase(end < 0 ? name : name.substring(0, end));
    }

    private static String suffix(String name) {
        return Ascii.toLowerCase(name.substring(name.lastIndexOf('.') + 1));
    }

    private static boolean has(byte[] head, int at, String signature) {
        byte[] wanted = signature.getBytes(StandardCharsets.ISO_8859_1);
        return head.length >= at + wanted.length
                && Arrays.equals(head, at, at + wanted.length, wanted, 0, wanted.length);
    }

    private static boolean hasBytes(byte[] head, int at, int... signature) {
        for (int i = 0; i < signature.length; i++) {
            if (at + i >= head.length || (head[at + i] & 0xFF) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    /** What it is, as in "this is a disk". */
    public String words() {
        return words;
    }

    /** What can be done with such a file. */
    public Optional<Remedy> wayOn(Path file) {
        Remedy way = switch (this) {
            case DISK -> Remedy.of(Kind.SHOW, file).and(" shows it; a machine is named by its .vmx or its folder");
            case CHANGE_TRACKING -> Remedy.say("name the disk it belongs to, or the machine's .vmx or folder");
            case MACHINE -> Remedy.of(Kind.SHOW, file).and(" shows its disks; name one of them");
            case SNAPSHOT_LIST -> Remedy.of(Kind.LIST_SNAPSHOTS).and(" of its .vmx or folder shows what it says");
            case CHECKPOINT -> Remedy.of(Kind.SHOW, file).and(" shows it");
            case OVA ->
                Remedy.say("'tar tf " + file + "' lists its disks: name one of them, as in '" + file + "!/disk1.vmdk'");
            case OVF -> Remedy.say("its disks lie beside it: name one");
            case QCOW, VDI, VHDX, VHD ->
                Remedy.say("'qemu-img convert -O vmdk " + file + " NEW.vmdk' makes a disk of it");
            case ISO ->
                Remedy.say("a machine has it in a CD drive; ")
                        .with(Kind.RAW, file)
                        .and(" reads its bytes");
            case ARCHIVE -> Remedy.say("unpack it first");
            case LOG -> Remedy.say("the machine's .vmx lies beside it");
            case EMPTY, BINARY, TEXT -> Remedy.NONE;
        };
        return way.isEmpty() ? Optional.empty() : Optional.of(way);
    }

    /**
     * The refusal of such a file where another kind is wanted.
     *
     * @param wanted as in "a machine"; the code is {@code unsupported.not-a-machine} then
     */
    public UnsupportedFeatureException insteadOf(String wanted, Path file) {
        return new UnsupportedFeatureException(
                "not-" + wanted.replace(' ', '-'),
                file,
                "this is " + words + ", not " + wanted,
                wayOn(file).orElse(Remedy.NONE));
    }
}
