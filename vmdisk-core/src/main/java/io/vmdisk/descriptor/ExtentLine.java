package io.vmdisk.descriptor;

import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.names.ForeignName;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of the extent description: a stretch of the disk and the file that holds it.
 *
 * <p>Lines follow each other without gaps in guest order. The name is as the descriptor has it, unchecked: resolve it
 * with {@link ExtentPaths} only.
 *
 * @param access what the guest may do
 * @param sectors length in sectors of 512 bytes, at most {@link #MAX_SECTORS}
 * @param type how it is stored
 * @param typeWord the type's word; that of {@code type} unless it is unknown
 * @param fileName the file's or device's name, or null if the line has none
 * @param startSector where in that file the guest's data begins; 0 if the line does not say
 * @param partition the sixth field, kept as it is, or null
 * @param device the seventh field, kept as it is, or null
 * @since 0.1
 */
public record ExtentLine(
        Access access,
        long sectors,
        ExtentType type,
        String typeWord,
        @Nullable String fileName,
        long startSector,
        @Nullable String partition,
        @Nullable String device) {
    /** The sectors whose bytes a {@code long} can count. */
    public static final long MAX_SECTORS = Long.MAX_VALUE / Sector.BYTES;

    /** Checks the ranges and that {@code type} and {@code typeWord} agree. */
    public ExtentLine {
        if (sectors < 0 || sectors > MAX_SECTORS || startSector < 0 || startSector > MAX_SECTORS - sectors) {
            throw new IllegalArgumentException("extent of " + sectors + " sectors from sector " + startSector);
        }
        if (ExtentType.of(typeWord) != type || typeWord.isEmpty()) {
            throw new IllegalArgumentException("the word " + typeWord + " does not name " + type);
        }
        if (type != ExtentType.UNKNOWN) {
            typeWord = type.name();
        }
        if (fileName == null && type != ExtentType.ZERO && type != ExtentType.UNKNOWN) {
            throw new IllegalArgumentException("an extent of type " + type + " needs a file name");
        }
    }

    /** A readable and writable extent that begins at the first byte of its file. */
    public static ExtentLine of(long sectors, ExtentType type, String fileName) {
        return new ExtentLine(Access.RW, sectors, type, type.name(), fileName, 0, null, null);
    }

    /** A readable and writable flat extent. */
    public static ExtentLine flat(long sectors, String fileName, long startSector) {
        return new ExtentLine(
                Access.RW, sectors, ExtentType.FLAT, ExtentType.FLAT.name(), fileName, startSector, null, null);
    }

    /** A stretch that reads as zeros. */
    public static ExtentLine zero(long sectors) {
        return new ExtentLine(Access.RW, sectors, ExtentType.ZERO, ExtentType.ZERO.name(), null, 0, null, null);
    }

    /** The same line with another access. */
    public ExtentLine withAccess(Access other) {
        return new ExtentLine(other, sectors, type, typeWord, fileName, startSector, partition, device);
    }

    /** The same line with another length. */
    public ExtentLine withSectors(long other) {
        return new ExtentLine(access, other, type, typeWord, fileName, startSector, partition, device);
    }

    /** The file's name, if the line has one. */
    public Optional<String> file() {
        return Optional.ofNullable(fileName);
    }

    /** Whether the name is a URI such as {@code vsan://…} or {@code nbd:…}: no file, never to be opened. */
    public boolean isUri() {
        return fileName != null && ForeignName.isUri(fileName);
    }

    /** Whether the name is that of a device, on any platform: opened only on the user's word. */
    public boolean isDevice() {
        return fileName != null && ForeignName.isDevice(fileName);
    }

    /** The line's canonical form, raw. */
    String render(DescriptorCharset charset, Path source) throws UnsupportedFeatureException {
        StringBuilder line = new StringBuilder(64);
        line.append(access).append(' ').append(sectors).append(' ').append(token(typeWord, charset, source));
        if (fileName == null) {
            return line.toString();
        }
        String name = charset.encode(fileName, "the file name of an extent", source);
        line.append(" \"").append(name).append('"');
        boolean startIsWritten = type == ExtentType.FLAT || startSector != 0 || partition != null;
        if (startIsWritten) {
            line.append(' ').append(startSector);
        }
        if (partition != null) {
            line.append(' ').append(token(partition, charset, source));
            if (device != null) {
                line.append(' ').append(token(device, charset, source));
            }
        }
        return line.toString();
    }

    private static String token(String word, DescriptorCharset charset, Path source)
            throws UnsupportedFeatureException {
        if (word.isEmpty() || word.startsWith("#") || word.indexOf(' ') >= 0) {
            throw new UnsupportedFeatureException(
                    "descriptor-value", source, "'" + word + "' is not one word of an extent line");
        }
        return charset.encode(word, "a word of an extent line", source);
    }
}
