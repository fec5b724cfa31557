package io.vmdisk.descriptor;

import io.vmdisk.VmdiskException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the text of a new descriptor as VMware would, with the order, blanks and headings that its products write.
 *
 * <p>Not thread-safe; used once, by the thread that creates a disk. Every method but {@link #build} returns this
 * builder.
 *
 * @since 0.1
 */
public final class DescriptorBuilder {
    private final CreateType type;
    private final List<ExtentLine> extents = new ArrayList<>();
    private final Map<String, String> ddb = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private Charset charset = StandardCharsets.UTF_8;
    private ContentId cid = ContentId.NEVER_WRITTEN;
    private ContentId parentCid = ContentId.NONE;
    private @Nullable String parentHint;

    private DescriptorBuilder(CreateType type) {
        this.type = type;
    }

    /**
     * Begins the descriptor of a disk that has no parent and was never written.
     *
     * @param type what the disk is made as
     * @return a new builder
     * @throws IllegalArgumentException if {@code type} is {@link CreateType#UNKNOWN}
     */
    public static DescriptorBuilder of(CreateType type) {
        if (type == CreateType.UNKNOWN) {
            throw new IllegalArgumentException("an unknown type can't be written");
        }
        return new DescriptorBuilder(type);
    }

    /**
     * Sets the encoding of names; UTF-8 by default.
     *
     * @param encoding a charset that VMware's products know and that contains ASCII
     * @return this builder
     * @throws IllegalArgumentException if descriptors can't be written in it
     */
    public DescriptorBuilder charset(Charset encoding) {
        if (DescriptorCharset.find(encoding.name()).isEmpty()) {
            throw new IllegalArgumentException("descriptors can't be written in " + encoding);
        }
        charset = encoding;
        return this;
    }

    /**
     * Sets the content ID; {@link ContentId#NEVER_WRITTEN} by default.
     *
     * @param id the content ID
     * @return this builder
     */
    public DescriptorBuilder cid(ContentId id) {
        cid = id;
        return this;
    }

    /**
     * Sets the 128-bit content ID; {@link ContentId#randomLongForm} makes one.
     *
     * @param digits 32 hexadecimal digits, unchecked
     * @return this builder
     */
    public DescriptorBuilder longContentId(String digits) {
        return ddb("longContentID", digits);
    }

    /**
     * Makes the disk a link on top of another.
     *
     * @param id the parent's content ID
     * @param hint the parent's file name, as it is written
     * @return this builder
     * @throws IllegalArgumentException if {@code id} is {@link ContentId#NONE}
     */
    public DescriptorBuilder parent(ContentId id, String hint) {
        if (id.isNone()) {
            throw new IllegalArgumentException("a parent has another content ID than " + id);
        }
        parentCid = id;
        parentHint = hint;
        return this;
    }

    /**
     * Adds an extent after those before.
     *
     * @param line the next extent in guest order
     * @return this builder
     */
    public DescriptorBuilder extent(ExtentLine line) {
        extents.add(line);
        return this;
    }

    /**
     * Adds extents after those before.
     *
     * @param lines the next extents in guest order
     * @return this builder
     */
    public DescriptorBuilder extents(List<ExtentLine> lines) {
        extents.addAll(lines);
        return this;
    }

    /**
     * Sets {@code ddb.adapterType}.
     *
     * @param adapter the controller that the disk is made for
     * @return this builder
     */
    public DescriptorBuilder adapter(AdapterType adapter) {
        return ddb("adapterType", adapter.ddbWord());
    }

    /**
     * Sets the guest's geometry.
     *
     * @param geometry cylinders, heads and sectors
     * @return this builder
     */
    public DescriptorBuilder geometry(Geometry geometry) {
        return ddb("geometry.cylinders", Long.toString(geometry.cylinders()))
                .ddb("geometry.heads", Long.toString(geometry.heads()))
                .ddb("geometry.sectors", Long.toString(geometry.sectors()));
    }

    /**
     * Sets the virtual hardware version that the disk is made for.
     *
     * @param version the version, such as 19
     * @return this builder
     */
    public DescriptorBuilder hardwareVersion(int version) {
        return ddb("virtualHWVersion", Integer.toString(version));
    }

    /**
     * Sets the disk's SCSI name.
     *
     * @param uuid the 16 bytes of the name
     * @return this builder
     */
    public DescriptorBuilder uuid(DiskUuid uuid) {
        return ddb("uuid", uuid.toString());
    }

    /**
     * Marks an ESXi disk as thin.
     *
     * @return this builder
     */
    public DescriptorBuilder thin() {
        return ddb("thinProvisioned", "1");
    }

    /**
     * Sets the grain size of a space-efficient sparse delta.
     *
     * @param sectors the grain size in sectors of 512 bytes
     * @return this builder
     */
    public DescriptorBuilder grainSectors(int sectors) {
        return ddb("grain", Integer.toString(sectors));
    }

    /**
     * Sets any entry of the disk database.
     *
     * @param key the key, in any case, with or without {@code ddb.}; checked by {@link #build}
     * @param value the value, without quotes; checked by {@link #build}
     * @return this builder
     */
    public DescriptorBuilder ddb(String key, String value) {
        boolean prefixed = DescriptorEditor.lower(key).startsWith(DescriptorText.DDB_PREFIX);
        ddb.put(prefixed ? key.substring(DescriptorText.DDB_PREFIX.length()) : key, value);
        return this;
    }

    /**
     * Makes the descriptor.
     *
     * @param target the file that it is going to be in
     * @return the descriptor
     * @throws IllegalStateException if there is no extent
     * @throws io.vmdisk.UnsupportedFeatureException if a key, name or value can't be written
     * @throws io.vmdisk.LimitExceededException if there are too many extents or bytes
     * @throws io.vmdisk.MalformedFileException if the extents have more than {@link ExtentLine#MAX_SECTORS} sectors
     *     together
     * @throws VmdiskException one of the three kinds above
     */
    public Descriptor build(Path target) throws VmdiskException {
        if (extents.isEmpty()) {
            throw new IllegalStateException("a disk needs an extent");
        }
        DescriptorCharset encoder =
                new DescriptorCharset(charset, Optional.of(charset.name()), DescriptorCharset.Origin.DECLARED);
        StringBuilder text = new StringBuilder("# Disk DescriptorFile\nversion=1\n");
        quoted(text, "encoding", DescriptorCharset.name(charset));
        text.append("CID=").append(cid).append("\nparentCID=").append(parentCid).append('\n');
        if (type.isEsxi()) {
            quoted(text, "isNativeSnapshot", "no");
        }
        quoted(text, "createType", type.word());
        if (parentHint != null) {
            quoted(text, "parentFileNameHint", encoder.encode(parentHint, "parentFileNameHint", target));
        }
        text.append('\n').append(Placement.EXTENTS_HEADING).append('\n');
        for (ExtentLine extent : extents) {
            text.append(extent.render(encoder, target)).append('\n');
        }
        // ESXi's heading ends with a blank, that of the hosted products does not.
        text.append('\n').append(Placement.DDB_HEADING).append(type.isEsxi() ? " \n" : "\n");
        text.append(Placement.DDB_MARK).append("\n\n");
        for (Map.Entry<String, String> entry : ddb.entrySet()) {
            String key = DescriptorEditor.prefixed(entry.getKey(), target);
            String value = encoder.encode(entry.getValue(), key, target);
            text.append(key).append(" = \"").append(value).append("\"\n");
        }
        return Descriptor.parse(text.toString().getBytes(StandardCharsets.ISO_8859_1), target);
    }

    private static void quoted(StringBuilder text, String key, String value) {
        text.append(key).append("=\"").append(value).append("\"\n");
    }
}
