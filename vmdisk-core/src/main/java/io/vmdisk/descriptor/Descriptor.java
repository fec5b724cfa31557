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
 * <p>Lossless: {@link #toBytes()} returns what was parsed byte for byte. An edit returns a new descriptor and changes
 * only its own line. Differences between products (case, blanks, line ends, order, comments) are accepted. Where a
 * wrong guess would show a wrong disk, an extent line or a parent that can't be read, parsing fails. If a key is there
 * twice, the first one counts. {@link #findings()} reports all else that is odd. Immutable and thread-safe.
 *
 * <p>Edits read the changed text again, so a descriptor that exists can always be read and keeps the limits: 1 MiB,
 * 65536 lines of 65536 bytes, 16384 extents.
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
     * Reads a descriptor. What follows the first NUL is not part of it.
     *
     * @param text the bytes of a descriptor file, or of the area of an extent that holds one
     * @param source the file that they are from
     * @return the descriptor
     * @throws MalformedFileException if the text is not a descriptor, or an extent line or the parent's content ID
     *     can't be read
     * @throws LimitExceededException if the text has too many bytes, lines or extents
     * @throws VmdiskException one of the two kinds above
     */
    public static Descriptor parse(byte[] text, Path source) throws VmdiskException {
        return parse(text, source, 0);
    }

    /**
     * Reads a descriptor that lies inside another file. What follows the first NUL is not part of it.
     *
     * @param text the bytes of the area that holds the descriptor
     * @param source the file that they are from
     * @param offset the byte in {@code source} at which {@code text} begins, for errors
     * @return the descriptor
     * @throws MalformedFileException if the text is not a descriptor, or an extent line or the parent's content ID
     *     can't be read
     * @throws LimitExceededException if the text has too many bytes, lines or extents
     * @throws VmdiskException one of the two kinds above
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
     * Whether a file that begins with these bytes is a descriptor.
     *
     * @param firstBytes the file's first bytes, from the buffer's position to its limit, which stay as they are; a few
     *     hundred are enough, and at most 16 KiB are looked at
     * @return true if the first line that says anything belongs to a descriptor
     */
    public static boolean looksLike(ByteBuffer firstBytes) {
        return DescriptorSniffer.looksLike(firstBytes);
    }

    /** {@return the text, byte for byte, as a new array} */
    public byte[] toBytes() {
        return text.toBytes();
    }

    /**
     * Whether another descriptor has the same text, byte for byte.
     *
     * @param other the descriptor to compare with
     * @return true if all lines and line ends are the same
     */
    public boolean hasTextOf(Descriptor other) {
        return text.lines().equals(other.text.lines());
    }

    /**
     * The text, padded with NUL to the area that an extent keeps for it.
     *
     * @param areaBytes the size of that area, in bytes
     * @return an array of that size
     * @throws LimitExceededException if the text is longer than the area; what follows the area is never touched
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

    /** {@return the file that the text is from or is meant for} */
    public Path source() {
        return source;
    }

    /**
     * {@return the format's version: 1, 2 with encryption, 3 with change tracking; 1 if the text has no such number}
     */
    public int version() {
        return view.version();
    }

    /** {@return the charset that decodes the values} */
    public Charset charset() {
        return view.charset().charset();
    }

    /** {@return the encoding that the text names, known or not; empty if it names none} */
    public Optional<String> declaredEncoding() {
        return view.charset().declared();
    }

    /** Whether the text names an encoding that is not known here, so that its letters are guesses. */
    boolean encodingIsUnknown() {
        return view.charset().origin() == DescriptorCharset.Origin.UNKNOWN;
    }

    /** {@return the content ID of this disk; {@link ContentId#NONE} if it can't be read, so that no child fits} */
    public ContentId cid() {
        return view.cid();
    }

    /** {@return the content ID of the parent when this disk was made; {@link ContentId#NONE} if it has no parent} */
    public ContentId parentCid() {
        return view.parentCid();
    }

    /** {@return whether the disk is a link on top of another} */
    public boolean hasParent() {
        return !parentCid().isNone();
    }

    /**
     * {@return the parent's file name when this disk was made, as written; empty if there is none. It is unchecked:
     * {@link ParentHints} says where the parent may be}
     */
    public Optional<String> parentHint() {
        return header("parentFileNameHint");
    }

    /**
     * {@return what the disk was made as; {@link CreateType#UNKNOWN} if the text does not say or the word is unknown}
     */
    public CreateType createType() {
        return CreateType.of(createTypeName());
    }

    /** {@return the create type as the text spells it; empty if it has none} */
    public String createTypeName() {
        return header("createType").orElse("");
    }

    /** {@return the extents in guest order, an immutable list; empty if there are none} */
    public List<ExtentLine> extents() {
        return view.extents();
    }

    /** {@return the length of all extents together, in sectors of 512 bytes, at most {@link ExtentLine#MAX_SECTORS}} */
    public long capacitySectors() {
        return view.capacitySectors();
    }

    /**
     * Whether this is the descriptor of a disk of 0 bytes, as qemu-img makes one. It has no sector in its extents and
     * no cylinder in its geometry; a descriptor that has lost its extents still has its cylinders.
     *
     * @return true if the disk has no bytes by intention
     */
    public boolean isOfEmptyDisk() {
        return capacitySectors() == 0
                && geometry().filter(geometry -> geometry.cylinders() == 0).isPresent();
    }

    /**
     * A header entry.
     *
     * @param key the key, in any case
     * @return the value, decoded, without quotes; empty if the key is not there
     */
    public Optional<String> header(String key) {
        return Optional.ofNullable(view.header().get(key));
    }

    /** The keys of the header, as written. */
    Set<String> headerKeys() {
        return view.header().keySet();
    }

    /**
     * A disk database entry.
     *
     * @param key the key, in any case, with or without {@code ddb.}
     * @return the value, decoded, without quotes; empty if the key is not there
     */
    public Optional<String> ddb(String key) {
        boolean prefixed = DescriptorEditor.lower(key).startsWith(DescriptorText.DDB_PREFIX);
        return Optional.ofNullable(view.ddb().get(prefixed ? key.substring(DescriptorText.DDB_PREFIX.length()) : key));
    }

    /**
     * {@return the disk database as an unmodifiable map; keys have no {@code ddb.}, are sorted, and are found in any
     * case}
     */
    public Map<String, String> ddb() {
        return view.ddb();
    }

    /** {@return the adapter that {@code ddb.adapterType} names; empty if it is missing or unknown} */
    public Optional<AdapterType> adapterType() {
        return ddb("adapterType").flatMap(AdapterType::of);
    }

    /** {@return the guest's geometry; empty unless all three numbers are there} */
    public Optional<Geometry> geometry() {
        return view.geometry(DiskFacts.GEOMETRY);
    }

    /** {@return the BIOS' geometry; empty unless all three numbers are there} */
    public Optional<Geometry> biosGeometry() {
        return view.geometry(DiskFacts.BIOS_GEOMETRY);
    }

    /** {@return the virtual hardware version that the disk was made for; empty if the text has no such number} */
    public OptionalInt hardwareVersion() {
        Optional<Long> number = ddb("virtualHWVersion").flatMap(LineParser::number);
        return number.isPresent() && number.get() <= Integer.MAX_VALUE
                ? OptionalInt.of(number.get().intValue())
                : OptionalInt.empty();
    }

    /** {@return whether an ESXi host made the disk thin} */
    public boolean isThin() {
        String value = ddb("thinProvisioned").orElse("");
        return value.equals("1") || Ascii.equalsIgnoreCase(value, "true");
    }

    /** {@return the 128-bit content ID as written, unchecked; empty if there is none} */
    public Optional<String> longContentId() {
        return ddb("longContentID");
    }

    /** {@return the disk's SCSI name as written, which {@link DiskUuid#parse} reads; empty if there is none} */
    public Optional<String> uuid() {
        return ddb("uuid");
    }

    /** {@return the change tracking file's name as written, to be resolved like an extent's; empty if there is none} */
    public Optional<String> changeTrackPath() {
        return header("changeTrackPath");
    }

    /** {@return whether the link is a snapshot that the storage array made} */
    public boolean isNativeSnapshot() {
        return Ascii.equalsIgnoreCase(header("isNativeSnapshot").orElse(""), "yes");
    }

    /**
     * {@return the entry that says that the data is encrypted, which then must not be read or written; empty if none
     * says so}
     */
    public Optional<String> encryption() {
        return view.encryption();
    }

    /** {@return what is odd about the text, in no order of severity; empty for what VMware writes} */
    public List<Finding> findings() {
        return DescriptorFindings.of(this, text, view);
    }

    /**
     * With another content ID; {@code ddb.longContentID} stays.
     *
     * @param cid the new content ID
     * @return a changed copy
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withCid(ContentId cid) throws VmdiskException {
        return edited(editor().bareHeader("CID", cid.toString()));
    }

    /**
     * With another 128-bit content ID.
     *
     * @param digits 32 hexadecimal digits, unchecked
     * @return a changed copy
     * @throws UnsupportedFeatureException if the text can't hold a character
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withLongContentId(String digits) throws VmdiskException {
        return withDdb("longContentID", digits);
    }

    /**
     * With a new content ID and, if there was a 128-bit one, a new one of these that ends in it. The first write to a
     * disk does this.
     *
     * @param random gives the bits
     * @return a changed copy, whose content ID differs from this one's
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withFreshContent(RandomGenerator random) throws VmdiskException {
        ContentId fresh = ContentId.random(random);
        while (fresh.equals(cid())) {
            fresh = ContentId.random(random);
        }
        Descriptor marked = withCid(fresh);
        return longContentId().isPresent() ? marked.withLongContentId(fresh.randomLongForm(random)) : marked;
    }

    /**
     * As a link on top of another disk.
     *
     * @param parentCid the parent's content ID
     * @param hint the parent's file name, as it is written
     * @return a changed copy
     * @throws IllegalArgumentException if {@code parentCid} is {@link ContentId#NONE}
     * @throws UnsupportedFeatureException if the text can't hold a character of the hint
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withParent(ContentId parentCid, String hint) throws VmdiskException {
        if (parentCid.isNone()) {
            throw new IllegalArgumentException("a parent has another content ID than " + parentCid);
        }
        return edited(editor().bareHeader("parentCID", parentCid.toString())).withHeader("parentFileNameHint", hint);
    }

    /**
     * As a disk without a parent.
     *
     * @return a changed copy
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withoutParent() throws VmdiskException {
        DescriptorText unhinted = editor().without("parentFileNameHint");
        return edited(editor(unhinted).bareHeader("parentCID", ContentId.NONE.toString()));
    }

    /**
     * As another type.
     *
     * @param type what the disk is made as
     * @return a changed copy
     * @throws IllegalArgumentException if {@code type} is {@link CreateType#UNKNOWN}
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withCreateType(CreateType type) throws VmdiskException {
        if (type == CreateType.UNKNOWN) {
            throw new IllegalArgumentException("an unknown type can't be written");
        }
        return withHeader("createType", type.word());
    }

    /**
     * With other extents. Lines that already say the same stay as they are.
     *
     * @param extents all extents in guest order
     * @return a changed copy
     * @throws UnsupportedFeatureException if the text can't hold a character of a name
     * @throws MalformedFileException if the extents have more than {@link ExtentLine#MAX_SECTORS} sectors together
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withExtents(List<ExtentLine> extents) throws VmdiskException {
        return edited(editor().extents(extents(), extents));
    }

    /**
     * With other file names in the extent lines.
     *
     * @param rename returns the new name for a name, or the same to leave the line as it is
     * @return a changed copy
     * @throws UnsupportedFeatureException if the text can't hold a character of a name
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withExtentFileNames(UnaryOperator<String> rename) throws VmdiskException {
        return edited(editor().extentFileNames(rename));
    }

    /**
     * With a disk database entry.
     *
     * @param key the key, in any case, with or without {@code ddb.}
     * @param value the value, without quotes
     * @return a changed copy
     * @throws UnsupportedFeatureException if the text can't hold the key or the value, or the key is {@code encoding}
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withDdb(String key, String value) throws VmdiskException {
        return edited(editor().ddb(ddbKey(key), value));
    }

    /**
     * Without a disk database entry.
     *
     * @param key the key, in any case, with or without {@code ddb.}
     * @return a changed copy; one with the same text if the key is not there
     * @throws UnsupportedFeatureException if the key can't be one, or is {@code encoding}
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withoutDdb(String key) throws VmdiskException {
        return edited(editor().without(ddbKey(key)));
    }

    /**
     * With another geometry for the guest; that of the BIOS stays.
     *
     * @param geometry cylinders, heads and sectors
     * @return a changed copy
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withGeometry(Geometry geometry) throws VmdiskException {
        return withDdb("geometry.cylinders", Long.toString(geometry.cylinders()))
                .withDdb("geometry.heads", Long.toString(geometry.heads()))
                .withDdb("geometry.sectors", Long.toString(geometry.sectors()));
    }

    /**
     * With change tracking in a file, and the version that goes with it.
     *
     * @param path the change tracking file's name, as it is written
     * @return a changed copy
     * @throws UnsupportedFeatureException if the text can't hold a character of the name
     * @throws VmdiskException if the text would exceed a limit
     */
    public Descriptor withChangeTrackPath(String path) throws VmdiskException {
        return edited(editor().changeTracking(path)).withVersion(DescriptorView.TRACKED_VERSION);
    }

    /**
     * Without change tracking: its file no longer fits once the disk has changed.
     *
     * @return a changed copy
     * @throws VmdiskException if the text would exceed a limit
     */
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
