package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ParentHints;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The text that describes a disk, with a typed view of it.
 *
 * <p>Lossless: {@link #toBytes()} gives back what was parsed byte for byte, and an edit, which gives a new descriptor,
 * changes only its own line. Tolerant where products differ (case, blanks, line ends, order, comments); strict where a
 * wrong guess would show a wrong disk: an extent line or a parent that can't be read is an error. Of a key that is there
 * twice the first counts. Whatever else is odd is told by {@link #findings()}. Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class Descriptor {
    private final Path source;
    private final DescriptorText text;
    private final DescriptorView view;

    private Descriptor(Path source, DescriptorText text, DescriptorView view) {
        this.source = source;
        this.text = text;
        this.view = view;
    }

    /**
     * Reads a descriptor; what follows the first NUL is not part of it.
     *
     * @param text the bytes of a descriptor file, or of the area of an extent that holds one
     * @param source the file they are from
     */
    public static Descriptor parse(byte[] text, Path source) throws VmdiskException {
        return parse(text, source, 0);
    }

    /**
     * Reads a descriptor that lies inside another file.
     *
     * @param offset the byte in {@code source} at which {@code text} begins, for errors
     */
    public static Descriptor parse(byte[] text, Path source, long offset) throws VmdiskException {
        DescriptorText lines = DescriptorText.parse(text, source, offset);
        if (!DescriptorSniffer.isDescriptor(lines)) {
            throw new MalformedFileException(
                    "not-a-descriptor",
                    source,
                    offset,
                    "this is not the text of a disk descriptor: no '# Disk DescriptorFile', CID, createType or extent",
                    "check that the file is the small .vmdk that describes the disk");
        }
        return new Descriptor(source, lines, DescriptorView.of(lines, source));
    }

    /**
     * Whether a file that begins with these bytes is a descriptor. Looks from the buffer's position on, which stays; a
     * few hundred bytes are enough.
     */
    public static boolean looksLike(ByteBuffer firstBytes) {
        return DescriptorSniffer.looksLike(firstBytes);
    }

    /** The text, byte for byte. */
    public byte[] toBytes() {
        return text.toBytes();
    }

    /** Whether another one says the same, letter for letter. */
    public boolean hasTextOf(Descriptor other) {
        return text.lines().equals(other.text.lines());
    }

    /**
     * The text, padded with NUL to the area that an extent keeps for it.
     *
     * @throws LimitExceededException if the area is too small; what follows it is never touched
     */
    public byte[] toEmbedded(int areaBytes) throws LimitExceededException {
        byte[] bytes = toBytes();
        if (bytes.length > areaBytes) {
            throw new LimitExceededException(
                    "descriptor-area",
                    source,
                    "the descriptor would have " + bytes.length + " bytes, the file keeps " + areaBytes + " for it",
                    "use shorter names, or convert the disk to have a larger area");
        }
        return Arrays.copyOf(bytes, areaBytes);
    }

    /** The file that the text is from. */
    public Path source() {
        return source;
    }

    /** The format's version: 1, 2 with encryption, 3 with change tracking; 1 if not given. */
    public int version() {
        return view.version();
    }

    /** What decodes the values. */
    public Charset charset() {
        return view.charset().charset();
    }

    /** The encoding that the text names, known or not. */
    public Optional<String> declaredEncoding() {
        return view.charset().declared();
    }

    /** Whether the text names an encoding that is not known here, so that its letters are guesses. */
    boolean encodingIsUnknown() {
        return view.charset().origin() == DescriptorCharset.Origin.UNKNOWN;
    }

    /** The mark of this disk's content; {@link ContentId#NONE} if it can't be read, so that no child fits. */
    public ContentId cid() {
        return view.cid();
    }

    /** The mark of the parent's content when this disk was made; {@link ContentId#NONE} if it has no parent. */
    public ContentId parentCid() {
        return view.parentCid();
    }

    /** Whether the disk is a link on top of another. */
    public boolean hasParent() {
        return !parentCid().isNone();
    }

    /** Where the parent was when this disk was made, as written; look with {@link ParentHints} only. */
    public Optional<String> parentHint() {
        return header("parentFileNameHint");
    }

    /** What the disk was made as. */
    public CreateType createType() {
        return CreateType.of(createTypeName());
    }

    /** The type as the text spells it; empty if it has none. */
    public String createTypeName() {
        return header("createType").orElse("");
    }

    /** The extents in guest order. */
    public List<ExtentLine> extents() {
        return view.extents();
    }

    /** The length of all extents together. */
    public long capacitySectors() {
        return view.capacitySectors();
    }

    /**
     * Whether this is the descriptor of a disk of 0 bytes, as qemu-img makes one: no sector in its extents and no cylinder
     * in its geometry. One that has lost its extents still has its cylinders.
     */
    public boolean isOfEmptyDisk() {
        return capacitySectors() == 0
                && geometry().filter(geometry -> geometry.cylinders() == 0).isPresent();
    }

    /** A header entry, decoded; {@code key} in any case. */
    public Optional<String> header(String key) {
        return Optional.ofNullable(view.header().get(key));
    }

    /** The keys of the header, as written. */
    Set<String> headerKeys() {
        return view.header().keySet();
    }

    /** A disk database entry, decoded; {@code key} in any case, with or without {@code ddb.}. */
    public Optional<String> ddb(String key) {
        boolean prefixed = DescriptorEditor.lower(key).startsWith(DescriptorText.DDB_PREFIX);
        return Optional.ofNullable(view.ddb().get(prefixed ? key.substring(DescriptorText.DDB_PREFIX.length()) : key));
    }

    /** The disk database: keys without {@code ddb.}, sorted, found in any case. */
    public Map<String, String> ddb() {
        return view.ddb();
    }

    /** The adapter, if the text names one that is known. */
    public Optional<AdapterType> adapterType() {
        return ddb("adapterType").flatMap(AdapterType::of);
    }

    /** The guest's geometry, if all three numbers are there. */
    public Optional<Geometry> geometry() {
        return view.geometry(DiskFacts.GEOMETRY);
    }

    /** The BIOS' geometry, if all three numbers are there. */
    public Optional<Geometry> biosGeometry() {
        return view.geometry(DiskFacts.BIOS_GEOMETRY);
    }

    /** The virtual hardware version that the disk was made for. */
    public OptionalInt hardwareVersion() {
        Optional<Long> number = ddb("virtualHWVersion").flatMap(LineParser::number);
        return number.isPresent() && number.get() <= Integer.MAX_VALUE
                ? OptionalInt.of(number.get().intValue())
                : OptionalInt.empty();
    }

    /** Whether an ESXi host made the disk thin. */
    public boolean isThin() {
        String value = ddb("thinProvisioned").orElse("");
        return value.equals("1") || Ascii.equalsIgnoreCase(value, "true");
    }

    /** The 128-bit content ID, as written. */
    public Optional<String> longContentId() {
        return ddb("longContentID");
    }

    /** The disk's SCSI name, as written; {@link DiskUuid#parse} reads it. */
    public Optional<String> uuid() {
        return ddb("uuid");
    }

    /** The change tracking file, as written; resolve it like an extent's name. */
    public Optional<String> changeTrackPath() {
        return header("changeTrackPath");
    }

    /** Whether the link is a snapshot that the storage array made. */
    public boolean isNativeSnapshot() {
        return Ascii.equalsIgnoreCase(header("isNativeSnapshot").orElse(""), "yes");
    }

    /** What says that the data is encrypted, if something does: then the data must not be read or written. */
    public Optional<String> encryption() {
        return view.encryption();
    }

    /** What is odd about the text, worst or not; empty for what VMware writes. */
    public List<Finding> findings() {
        return DescriptorFindings.of(this, text, view);
    }

    /** With another content ID; {@code ddb.longContentID} stays. */
    public Descriptor withCid(ContentId cid) throws VmdiskException {
        return edited(editor().bareHeader("CID", cid.toString()));
    }

    /** With another 128-bit content ID. */
    public Descriptor withLongContentId(String digits) throws VmdiskException {
        return withDdb("longContentID", digits);
    }

    /** With a fresh content ID, and a 128-bit one that ends in it if there was one: what a first write does. */
    public Descriptor withFreshContent(RandomGenerator random) throws VmdiskException {
        ContentId fresh = ContentId.random(random);
        while (fresh.equals(cid())) {
            fresh = ContentId.random(random);
        }
        Descriptor marked = withCid(fresh);
        return longContentId().isPresent() ? marked.withLongContentId(fresh.randomLongForm(random)) : marked;
    }

    /** As a link on top of another disk. */
    public Descriptor withParent(ContentId parentCid, String hint) throws VmdiskException {
        if (parentCid.isNone()) {
            throw new IllegalArgumentException("a parent has another content ID than " + parentCid);
        }
        return edited(editor().bareHeader("parentCID", parentCid.toString())).withHeader("parentFileNameHint", hint);
    }

    /** As a disk without parent. */
    public Descriptor withoutParent() throws VmdiskException {
        DescriptorText unhinted = editor().without("parentFileNameHint");
        return edited(editor(unhinted).bareHeader("parentCID", ContentId.NONE.toString()));
    }

    /** As another type. */
    public Descriptor withCreateType(CreateType type) throws VmdiskException {
        if (type == CreateType.UNKNOWN) {
            throw new IllegalArgumentException("an unknown type can't be written");
        }
        return withHeader("createType", type.word());
    }

    /** With other extents; lines that say the same stay as they are. */
    public Descriptor withExtents(List<ExtentLine> extents) throws VmdiskException {
        return edited(editor().extents(extents(), extents));
    }

    /** With other file names in the extent lines. */
    public Descriptor withExtentFileNames(UnaryOperator<String> rename) throws VmdiskException {
        return edited(editor().extentFileNames(rename));
    }

    /** With a disk database entry; {@code key} with or without {@code ddb.}. */
    public Descriptor withDdb(String key, String value) throws VmdiskException {
        return edited(editor().ddb(ddbKey(key), value));
    }

    /** Without a disk database entry. */
    public Descriptor withoutDdb(String key) throws VmdiskException {
        return edited(editor().without(ddbKey(key)));
    }

    /** With another geometry. */
    public Descriptor withGeometry(Geometry geometry) throws VmdiskException {
        return withDdb("geometry.cylinders", Long.toString(geometry.cylinders()))
                .withDdb("geometry.heads", Long.toString(geometry.heads()))
                .withDdb("geometry.sectors", Long.toString(geometry.sectors()));
    }

    /** With change tracking in the file named, and the version that goes with it. */
    public Descriptor withChangeTrackPath(String path) throws VmdiskException {
        return edited(editor().changeTracking(path)).withVersion(DescriptorView.TRACKED_VERSION);
    }

    /** Without change tracking, whose file no longer fits once the disk changes. */
    public Descriptor withoutChangeTracking() throws VmdiskException {
        Descriptor untracked = edited(editor().withoutChangeTracking());
        return version() == DescriptorView.TRACKED_VERSION
                ? untracked.withVersion(DescriptorView.PLAIN_VERSION)
                : untracked;
    }

    /** The text, decoded; for people. */
    @Override
    public String toString() {
        return view.charset().decode(text.raw());
    }

    private Descriptor withVersion(int version) throws VmdiskException {
        return edited(editor().bareHeader("version", Integer.toString(version)));
    }

    private Descriptor withHeader(String key, String value) throws VmdiskException {
        return edited(editor().quotedHeader(key, value));
    }

    private String ddbKey(String key) throws UnsupportedFeatureException {
        String full = DescriptorEditor.prefixed(key, source);
        if (DescriptorEditor.lower(full).equals("ddb.encoding")) {
            throw new UnsupportedFeatureException(
                    "descriptor-key", source, "the encoding of a descriptor can't be changed", "make a new descriptor");
        }
        return full;
    }

    private DescriptorEditor editor() {
        return editor(text);
    }

    private DescriptorEditor editor(DescriptorText from) {
        return new DescriptorEditor(from, view.charset(), source);
    }

    /** Reads the edited text anew, so that every descriptor is one that can be read and keeps the limits. */
    private Descriptor edited(DescriptorText changed) throws VmdiskException {
        return changed == text ? this : parse(changed.toBytes(), source);
    }
}
