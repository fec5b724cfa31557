package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableSet;
import io.vmdisk.UnsupportedFeatureException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a disk says of itself to guests and hosts. This is the one place that decides which of it a copy says too.
 *
 * <p>A copy with another geometry, adapter or hardware version boots differently. So everything in the disk database is
 * copied, keys of other products included, except for three kinds of entries: those that every new file has of its own
 * (content, grain, thin), those that bind the old disk to something beside it (change tracking, I/O filters, native
 * snapshots), and, for a clone, those that identify the disk. In a chain the nearest link that has an entry answers.
 *
 * <p>Immutable.
 *
 * @param entries the disk database, without {@code ddb.}; keys are found in any case; an adapter and a hardware version
 *     are always there
 * @param charset the encoding of the text, so that names keep their bytes; UTF-8 where it was not declared
 * @param sectors the size, in sectors of 512 bytes, to which the geometry among the entries belongs; 0 if there is none
 * @since 0.1
 */
public record DiskFacts(NavigableMap<String, String> entries, Charset charset, long sectors) {
    /** The version for new disks: Workstation 16.2 and later and ESXi 7.0 U2 and later run it. */
    public static final int DEFAULT_HARDWARE_VERSION = 19;

    /** The first hardware version that descriptors name. */
    public static final int OLDEST_HARDWARE_VERSION = 3;

    private static final String ADAPTER = "adapterType";
    private static final String HARDWARE = "virtualHWVersion";
    private static final String TOOLS_VERSION = "toolsVersion";
    private static final String UUID = "uuid";

    /** Guest tools that come with the guest's own packages. */
    private static final String TOOLS_UNMANAGED = "4";

    /** What VMware writes for tools that it does not manage: the largest number. */
    private static final String TOOLS_VERSION_UNKNOWN = "2147483647";

    /** Keys of the guest's geometry: cylinders, heads, sectors. */
    static final List<String> GEOMETRY = List.of("geometry.cylinders", "geometry.heads", "geometry.sectors");
    /** Keys of the BIOS' geometry. */
    static final List<String> BIOS_GEOMETRY =
            List.of("geometry.biosCylinders", "geometry.biosHeads", "geometry.biosSectors");

    /** Every new file has its own, which follow from its format, its content and its parent. */
    private static final Set<String> OF_THE_FILE = ImmutableSet.of(
            "longcontentid",
            "thinprovisioned",
            "grain",
            "encoding",
            "uuid.parent",
            "uuid.modification",
            "uuid.parentmodification");

    /** What tells two disks apart: a clone has its own. VirtualBox makes its one where there is none. */
    private static final Set<String> IDENTITY = ImmutableSet.of("uuid", "uuid.image");

    /** Bound to files or volumes beside the old one. */
    private static final Set<String> BOUND =
            ImmutableSet.of("iofilters", "sidecars", "deletable", "isdigest", "objectparenturi");

    private static final List<String> BOUND_BEGINNINGS = List.of("native", "digest");

    /** Header entries that every descriptor has of its own. */
    private static final Set<String> HEADER = ImmutableSet.of(
            "version", "encoding", "cid", "parentcid", "isnativesnapshot", "createtype", "parentfilenamehint");

    /** VirtualBox' limit of a comment; the other values are short. */
    private static final int MAX_VALUE_BYTES = 1024;

    /** All entries together: an embedded text has 10 KiB, of which the other lines and later edits need their part. */
    private static final int MAX_BYTES = 5 << 10;

    /** Whether the copy is another disk, or the same disk in another file. */
    public enum Identity {
        /** Another disk, which may run beside the old one. */
        FRESH,
        /** The same disk: the copy takes its place. */
        KEPT
    }

    /**
     * Copies the map and adds an adapter and a hardware version where it has none.
     *
     * @param entries the disk database, without {@code ddb.}
     * @param charset the encoding of the text
     * @param sectors the size, in sectors of 512 bytes, to which the geometry among the entries belongs; 0 if there is
     *     none
     */
    public DiskFacts {
        NavigableMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(entries);
        copy.putIfAbsent(ADAPTER, AdapterType.LSILOGIC.ddbWord());
        copy.putIfAbsent(HARDWARE, Integer.toString(DEFAULT_HARDWARE_VERSION));
        entries = Collections.unmodifiableNavigableMap(copy);
    }

    /** {@return what VMware would choose for a new disk: an LSI Logic adapter and {@link #DEFAULT_HARDWARE_VERSION}} */
    public static DiskFacts ofNewDisk() {
        return new DiskFacts(new TreeMap<>(), StandardCharsets.UTF_8, 0);
    }

    /**
     * What a copy of a disk says.
     *
     * @param links the descriptors of the disk's chain, the disk's own first
     * @param identity whether the copy is another disk
     * @return the facts for the copy; those of a new disk if there are no links
     */
    public static DiskFacts keptFrom(List<Descriptor> links, Identity identity) {
        if (links.isEmpty()) {
            return ofNewDisk();
        }
        return new Choice(links, identity).facts();
    }

    /**
     * What the descriptors of a chain say and a copy must not, for people.
     *
     * @param links the descriptors of the disk's chain, the disk's own first
     * @return the keys; those of the disk database with {@code ddb.}
     */
    public static List<String> leftOut(List<Descriptor> links) {
        return links.isEmpty() ? List.of() : List.copyOf(new Choice(links, Identity.KEPT).left);
    }

    /** {@return the adapter from which the geometry follows; LSI Logic if the entry is unknown} */
    public AdapterType adapter() {
        return AdapterType.of(String.valueOf(entries.get(ADAPTER))).orElse(AdapterType.LSILOGIC);
    }

    /**
     * {@return the hardware version that the disk was made for; {@link #DEFAULT_HARDWARE_VERSION} if the entry is no
     * such number}
     */
    public int hardwareVersion() {
        return LineParser.number(String.valueOf(entries.get(HARDWARE)))
                .filter(number -> number >= OLDEST_HARDWARE_VERSION && number <= Integer.MAX_VALUE)
                .map(Long::intValue)
                .orElse(DEFAULT_HARDWARE_VERSION);
    }

    /**
     * For another adapter. The guest's geometry is computed again; the geometry by which a BIOS boots stays.
     *
     * @param adapter the new adapter
     * @return a changed copy; these facts if the descriptor's word for the adapter is the same
     */
    public DiskFacts withAdapter(AdapterType adapter) {
        if (Ascii.equalsIgnoreCase(adapter.ddbWord(), String.valueOf(entries.get(ADAPTER)))) {
            return this;
        }
        NavigableMap<String, String> changed = changed();
        changed.put(ADAPTER, adapter.ddbWord());
        GEOMETRY.forEach(changed::remove);
        return new DiskFacts(changed, charset, sectors);
    }

    /**
     * For another hardware version.
     *
     * @param version at least {@link #OLDEST_HARDWARE_VERSION}
     * @return a changed copy
     * @throws IllegalArgumentException if the version is older
     */
    public DiskFacts withHardwareVersion(int version) {
        if (version < OLDEST_HARDWARE_VERSION) {
            throw new IllegalArgumentException("hardware version " + version);
        }
        return with(HARDWARE, Integer.toString(version));
    }

    /**
     * With another version of the guest's tools.
     *
     * @param version major · 1024 + minor · 32 + patch
     * @return a changed copy
     */
    public DiskFacts withToolsVersion(int version) {
        return with(TOOLS_VERSION, Integer.toString(version));
    }

    /**
     * With another SCSI name.
     *
     * @param uuid the 16 bytes of the name
     * @return a changed copy
     */
    public DiskFacts withUuid(DiskUuid uuid) {
        return with(UUID, uuid.toString());
    }

    /** {@return a copy that describes another disk than these facts: what identifies the disk is left out} */
    public DiskFacts withFreshIdentity() {
        NavigableMap<String, String> changed = changed();
        changed.keySet().removeIf(key -> IDENTITY.contains(DescriptorEditor.lower(key)));
        return new DiskFacts(changed, charset, sectors);
    }

    private DiskFacts with(String key, String value) {
        NavigableMap<String, String> changed = changed();
        changed.put(key, value);
        return new DiskFacts(changed, charset, sectors);
    }

    private NavigableMap<String, String> changed() {
        NavigableMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(entries);
        return copy;
    }

    /**
     * Writes the facts into the descriptor of a new disk. A SCSI name is made if there is none.
     *
     * @param form the descriptor of the new disk
     * @param capacitySectors the size of the new disk in sectors of 512 bytes; for another size than {@link #sectors}
     *     the geometry keeps its heads and sectors
     * @param random gives the bits of a new SCSI name
     */
    public void writeTo(DescriptorBuilder form, long capacitySectors, RandomGenerator random) {
        entries.forEach(form::ddb);
        Optional<Geometry> kept = geometry();
        if (capacitySectors == 0) {
            // What tells such a disk from one that has lost its extents, as qemu-img writes it.
            Geometry shape = kept.orElse(Geometry.of(adapter(), 0, hardwareVersion()));
            form.geometry(new Geometry(0, shape.heads(), shape.sectors()));
        } else if (kept.isEmpty()) {
            form.geometry(Geometry.of(adapter(), capacitySectors, hardwareVersion()));
        } else if (capacitySectors != sectors) {
            form.geometry(kept.get().resized(capacitySectors));
        }
        if (!entries.containsKey(UUID)) {
            form.uuid(DiskUuid.random(random));
        }
    }

    /**
     * Writes what a stream says of the guest's tools where nothing is known about them.
     *
     * @param form the descriptor of the new stream
     */
    public void writeToolsTo(DescriptorBuilder form) {
        if (!entries.containsKey(TOOLS_VERSION)) {
            form.ddb("toolsInstallType", TOOLS_UNMANAGED).ddb(TOOLS_VERSION, TOOLS_VERSION_UNKNOWN);
        }
    }

    /**
     * The encoding for a text that holds some names.
     *
     * @param names the names
     * @return the encoding of these facts; UTF-8 if that lacks a character of a name
     */
    public Charset charsetFor(List<String> names) {
        return names.stream().allMatch(name -> charset.newEncoder().canEncode(name)) ? charset : StandardCharsets.UTF_8;
    }

    private Optional<Geometry> geometry() {
        return Geometry.in(entries, GEOMETRY).filter(Geometry::isUsable);
    }

    /** The choice among the entries of one chain. */
    private static final class Choice {
        private final List<Descriptor> links;
        private final Identity identity;
        private final NavigableMap<String, String> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private final Set<String> left = new LinkedHashSet<>();
        private int bytes;

        Choice(List<Descriptor> links, Identity identity) {
            this.links = links;
            this.identity = identity;
            // What a guest boots by comes before what only people read, should there be too much.
            keepTogether(GEOMETRY);
            keepTogether(BIOS_GEOMETRY);
            for (String key : List.of(ADAPTER, HARDWARE, UUID)) {
                nearest(key).ifPresent(link -> keep(key, link));
            }
            for (Descriptor link : links) {
                link.headerKeys().stream()
                        .filter(key -> !HEADER.contains(DescriptorEditor.lower(key)))
                        .forEach(left::add);
                link.ddb().keySet().forEach(key -> keep(key, link));
            }
        }

        private Optional<Descriptor> nearest(String key) {
            return links.stream().filter(link -> link.ddb(key).isPresent()).findFirst();
        }

        /** Numbers that mean something only together come from one link. */
        private void keepTogether(List<String> keys) {
            links.stream()
                    .filter(link -> keys.stream().allMatch(key -> link.ddb(key).isPresent()))
                    .findFirst()
                    .ifPresent(link -> keys.forEach(key -> keep(key, link)));
        }

        private void keep(String key, Descriptor link) {
            String low = DescriptorEditor.lower(key);
            boolean partOfGeometry = low.startsWith("geometry.");
            boolean chosen = kept.containsKey(key);
            if (chosen || OF_THE_FILE.contains(low)) {
                return;
            }
            if (BOUND.contains(low) || BOUND_BEGINNINGS.stream().anyMatch(low::startsWith)) {
                left.add(DescriptorText.DDB_PREFIX + key);
                return;
            }
            String value = link.ddb(key).orElse("");
            boolean ours = identity == Identity.KEPT || !IDENTITY.contains(low);
            boolean sound = !low.equals(UUID) || DiskUuid.parse(value).isPresent();
            if (!ours || !sound) {
                return;
            }
            if (!fits(key, value, link) || (partOfGeometry && isStray(key, link))) {
                left.add(DescriptorText.DDB_PREFIX + key);
                return;
            }
            bytes += key.length() + value.getBytes(StandardCharsets.UTF_8).length;
            kept.put(key, value);
        }

        /** A number of a geometry whose others are missing, or in another link; a BIOS may be told some of its own only. */
        private boolean isStray(String key, Descriptor link) {
            return isIn(GEOMETRY, key) && !hasAll(GEOMETRY)
                    || isIn(BIOS_GEOMETRY, key)
                            && !hasAll(BIOS_GEOMETRY)
                            && !link.equals(nearestWithAny(BIOS_GEOMETRY));
        }

        private @Nullable Descriptor nearestWithAny(List<String> keys) {
            return links.stream()
                    .filter(link -> keys.stream().anyMatch(key -> link.ddb(key).isPresent()))
                    .findFirst()
                    .orElse(null);
        }

        private static boolean isIn(List<String> keys, String key) {
            return keys.stream().anyMatch(other -> Ascii.equalsIgnoreCase(other, key));
        }

        private boolean hasAll(List<String> keys) {
            return links.stream()
                    .anyMatch(
                            link -> keys.stream().allMatch(key -> link.ddb(key).isPresent()));
        }

        /** Whether a new descriptor can hold it: hostile texts have values that none can. */
        private boolean fits(String key, String value, Descriptor link) {
            int length = value.getBytes(StandardCharsets.UTF_8).length;
            if (length > MAX_VALUE_BYTES || bytes + key.length() + length > MAX_BYTES) {
                return false;
            }
            boolean guessed = link.encodingIsUnknown();
            if (guessed && !value.chars().allMatch(c -> c < 0x80)) {
                return false;
            }
            try {
                DescriptorEditor.prefixed(key, link.source());
                new DescriptorCharset(charset(), Optional.empty(), DescriptorCharset.Origin.DECLARED)
                        .encode(value, key, link.source());
                return true;
            } catch (UnsupportedFeatureException e) {
                return false;
            }
        }

        private Charset charset() {
            Descriptor top = links.get(0);
            return top.declaredEncoding().isPresent() && !top.encodingIsUnknown()
                    ? top.charset()
                    : StandardCharsets.UTF_8;
        }

        DiskFacts facts() {
            return new DiskFacts(kept, charset(), links.get(0).capacitySectors());
        }
    }
}
