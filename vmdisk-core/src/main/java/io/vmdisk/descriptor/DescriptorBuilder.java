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
 * Makes the text of a new descriptor as VMware would: order, blanks and headings are those that its products write.
 *
 * <p>Not thread-safe; used once, by the thread that creates a disk.
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

    /** Begins a descriptor of a disk without parent that was never written. */
    public static DescriptorBuilder of(CreateType type) {
        if (type == CreateType.UNKNOWN) {
            throw new IllegalArgumentException("an unknown type can't be written");
        }
        return new DescriptorBuilder(type);
    }

    /** The encoding of names; UTF-8 unless said. */
    public DescriptorBuilder charset(Charset encoding) {
        if (DescriptorCharset.find(encoding.name()).isEmpty()) {
            throw new IllegalArgumentException("descriptors can't be written in " + encoding);
        }
        charset = encoding;
        return this;
    }

    /** The mark of the content. */
    public DescriptorBuilder cid(ContentId id) {
        cid = id;
        return this;
    }

    /** The 128-bit mark of the content; {@link ContentId#randomLongForm} makes one. */
    public DescriptorBuilder longContentId(String digits) {
        return ddb("longContentID", digits);
    }

    /** Makes the disk a link on top of another. */
    public DescriptorBuilder parent(ContentId id, String hint) {
        if (id.isNone()) {
            throw new IllegalArgumentException("a parent has another content ID than " + id);
        }
        parentCid = id;
        parentHint = hint;
        return this;
    }

    /** Adds an extent behind those before. */
    public DescriptorBuilder extent(ExtentLine line) {
        extents.add(line);
        return this;
    }

    /** Adds extents behind those before. */
    public DescriptorBuilder extents(List<ExtentLine> lines) {
        extents.addAll(lines);
        return this;
    }

    /** The adapter, as {@code ddb.adapterType} says it. */
    public DescriptorBuilder adapter(AdapterType adapter) {
        return ddb("adapterType", adapter.ddbWord());
    }

    /** The guest's geometry. */
    public DescriptorBuilder geometry(Geometry geometry) {
        return ddb("geometry.cylinders", Long.toString(geometry.cylinders()))
                .ddb("geometry.heads", Long.toString(geometry.heads()))
                .ddb("geometry.sectors", Long.toString(geometry.sectors()));
    }

    /** The virtual hardware version that the disk is made for. */
    public DescriptorBuilder hardwareVersion(int version) {
        return ddb("virtualHWVersion", Integer.toString(version));
    }

    /** The disk's SCSI name. */
    public DescriptorBuilder uuid(DiskUuid uuid) {
        return ddb("uuid", uuid.toString());
    }

    /** Marks an ESXi disk as thin. */
    public DescriptorBuilder thin() {
        return ddb("thinProvisioned", "1");
    }

    /** The grain size of a space-efficient sparse delta. */
    public DescriptorBuilder grainSectors(int sectors) {
        return ddb("grain", Integer.toString(sectors));
    }

    /** Any entry of the disk database; {@code key} with or without {@code ddb.}. */
    public DescriptorBuilder ddb(String key, String value) {
        boolean prefixed = DescriptorEditor.lower(key).startsWith(DescriptorText.DDB_PREFIX);
        ddb.put(prefixed ? key.substring(DescriptorText.DDB_PREFIX.length()) : key, value);
        return this;
    }

    /**
     * The descriptor.
     *
     * @param target the file it is going to be in
     * @throws VmdiskException if a name or value can't be written, or there are too many extents
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
