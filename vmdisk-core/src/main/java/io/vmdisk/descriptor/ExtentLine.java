package io.vmdisk.descriptor;

import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.names.ForeignName;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of the extent description: a range of the disk and the file that holds it.
 *
 * <p>Lines follow each other in guest order without gaps. The name is as the descriptor has it, unchecked:
 * {@link ExtentPaths} says which file it means.
 *
 * <p>Immutable.
 *
 * @param access what the guest may do
 * @param sectors length in sectors of 512 bytes, 0 to {@link #MAX_SECTORS}
 * @param type how it is stored
 * @param typeWord the type's word; that of {@code type} unless the type is unknown
 * @param fileName the file's or device's name, or null if the line has none
 * @param startSector the sector in that file at which the guest's data begins; 0 if the line does not say
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
    /** The most sectors whose bytes a {@code long} can count. */
    public static final long MAX_SECTORS = Long.MAX_VALUE / Sector.BYTES;

    /**
     * Refuses numbers out of range, a type and a word that do not agree, and a missing name.
     *
     * @param access what the guest may do
     * @param sectors length in sectors of 512 bytes, 0 to {@link #MAX_SECTORS}
     * @param type how it is stored
     * @param typeWord the type's word, in any case
     * @param fileName the file's or device's name; null only for {@link ExtentType#ZERO} and {@link ExtentType#UNKNOWN}
     * @param startSector the sector in that file at which the guest's data begins, not negative
     * @param partition the sixth field, or null
     * @param device the seventh field, or null
     * @throws IllegalArgumentException if a value is refused
     */
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

    /**
     * A readable and writable extent that begins at the first byte of its file.
     *
     * @param sectors length in sectors of 512 bytes
     * @param type how it is stored
     * @param fileName the file's name
     * @return the line
     */
    public static ExtentLine of(long sectors, ExtentType type, String fileName) {
        return new ExtentLine(Access.RW, sectors, type, type.name(), fileName, 0, null, null);
    }

    /**
     * A readable and writable flat extent.
     *
     * @param sectors length in sectors of 512 bytes
     * @param fileName the file's name
     * @param startSector the sector in that file at which the guest's data begins
     * @return the line
     */
    public static ExtentLine flat(long sectors, String fileName, long startSector) {
        return new ExtentLine(
                Access.RW, sectors, ExtentType.FLAT, ExtentType.FLAT.name(), fileName, startSector, null, null);
    }

    /**
     * A range that reads as zeros and has no file.
     *
     * @param sectors length in sectors of 512 bytes
     * @return the line
     */
    public static ExtentLine zero(long sectors) {
        return new ExtentLine(Access.RW, sectors, ExtentType.ZERO, ExtentType.ZERO.name(), null, 0, null, null);
    }

    /**
     * The same line with another access.
     *
     * @param other what the guest may do
     * @return a changed copy
     */
    public ExtentLine withAccess(Access other) {
        return new ExtentLine(other, sectors, type, typeWord, fileName, startSector, partition, device);
    }

    /**
     * The same line with another length.
     *
     * @param other length in sectors of 512 bytes
     * @return a changed copy
     */
    public ExtentLine withSectors(long other) {
        return new ExtentLine(access, other, type, typeWord, fileName, startSector, partition, device);
    }

    /** {@return the file's or device's name; empty if the line has none} */
    public Optional<String> file() {
        return Optional.ofNullable(fileName);
    }

    /**
     * {@return whether the name is a URI such as {@code vsan://…} or {@code nbd:…}, which is no file and is never
     * opened}
     */
    public boolean isUri() {
        return fileName != null && ForeignName.isUri(fileName);
    }

    /** {@return whether the name is that of a device, on any platform, which is opened only if the user says so} */
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
