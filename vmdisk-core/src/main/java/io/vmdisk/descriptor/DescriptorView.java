package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import io.vmdisk.MalformedFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a text means. Of a key that is there twice the first counts.
 *
 * @param charset the encoding of the values
 * @param header the header's values, found in any case
 * @param ddb the disk database's values, without {@code ddb.}, found in any case
 * @param extents the extents
 * @param capacitySectors their sum
 * @param cid the content ID, {@link ContentId#NONE} if it can't be read
 * @param parentCid the parent's, {@link ContentId#NONE} without parent
 */
record DescriptorView(
        DescriptorCharset charset,
        Map<String, String> header,
        Map<String, String> ddb,
        List<ExtentLine> extents,
        long capacitySectors,
        ContentId cid,
        ContentId parentCid) {
    static final int PLAIN_VERSION = 1;
    static final int TRACKED_VERSION = 3;

    private static final List<String> ENCRYPTION_KEYS =
            List.of("encryptionKeys", "keyID", "encryption.keySafe", "encryption.data");
    private static final String ENCRYPTING_FILTER = "vmwarevmcrypt";

    static DescriptorView of(DescriptorText text, Path source) throws MalformedFileException {
        DescriptorCharset charset = DescriptorCharset.of(text);
        Map<String, String> header = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Map<String, String> ddb = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<ExtentLine> extents = new ArrayList<>();
        long capacitySectors = 0;
        for (DescriptorLine line : text.lines()) {
            if (line instanceof DescriptorLine.Entry entry) {
                String value = charset.decode(entry.rawValue());
                if (entry.isDdb()) {
                    ddb.putIfAbsent(entry.name().substring(DescriptorText.DDB_PREFIX.length()), value);
                } else {
                    header.putIfAbsent(entry.name(), value);
                }
            } else if (line instanceof DescriptorLine.Extent extent) {
                extents.add(typed(extent, charset));
                capacitySectors += extent.sectors();
                if (capacitySectors > ExtentLine.MAX_SECTORS) {
                    throw new MalformedFileException(
                            "capacity",
                            source,
                            -1,
                            "the extents have more than " + ExtentLine.MAX_SECTORS + " sectors together",
                            "compare the extent lines with the files' sizes");
                }
            }
        }
        return new DescriptorView(
                charset,
                Collections.unmodifiableMap(header),
                Collections.unmodifiableMap(ddb),
                List.copyOf(extents),
                capacitySectors,
                Optional.ofNullable(header.get("CID")).flatMap(ContentId::parse).orElse(ContentId.NONE),
                parent(header, source));
    }

    int version() {
        return Optional.ofNullable(header.get("version"))
                .flatMap(LineParser::number)
                .filter(number -> number <= Integer.MAX_VALUE)
                .map(Long::intValue)
                .orElse(PLAIN_VERSION);
    }

    Optional<Geometry> geometry(List<String> keys) {
        return Geometry.in(ddb, keys);
    }

    Optional<String> encryption() {
        for (String key : ENCRYPTION_KEYS) {
            if (header.containsKey(key)) {
                return Optional.of(key + '=' + header.get(key));
            }
        }
        String filters = ddb.getOrDefault("iofilters", "");
        return Ascii.toLowerCase(filters).contains(ENCRYPTING_FILTER)
                ? Optional.of("ddb.iofilters = " + filters)
                : Optional.empty();
    }

    /** A parent that can't be read must not pass for none: the disk would read as zeros where the parent has data. */
    private static ContentId parent(Map<String, String> header, Path source) throws MalformedFileException {
        String digits = header.get("parentCID");
        boolean hinted = header.containsKey("parentFileNameHint");
        if (digits == null) {
            if (hinted) {
                throw parentUnclear(source, "the descriptor has a parentFileNameHint, but no parentCID");
            }
            return ContentId.NONE;
        }
        Optional<ContentId> parent = ContentId.parse(digits);
        if (parent.isEmpty()) {
            throw parentUnclear(source, "the parentCID is not a number of 1 to 8 hexadecimal digits");
        }
        boolean unset = parent.get().value() == 0 && !hinted;
        return unset ? ContentId.NONE : parent.get();
    }

    private static MalformedFileException parentUnclear(Path source, String problem) {
        return new MalformedFileException(
                "parent-cid", source, -1, problem, "set it to the CID in the parent's descriptor, or to ffffffff");
    }

    private static ExtentLine typed(DescriptorLine.Extent line, DescriptorCharset charset) {
        return new ExtentLine(
                line.access(),
                line.sectors(),
                ExtentType.of(line.typeWord()),
                charset.decode(line.typeWord()),
                line.name() == null
                        ? null
                        : charset.decode(line.text()
                                .substring(line.name().from(), line.name().to())),
                line.startSector(),
                decode(line.partition(), charset),
                decode(line.device(), charset));
    }

    private static @Nullable String decode(@Nullable String raw, DescriptorCharset charset) {
        return raw == null ? null : charset.decode(raw);
    }
}
