package io.vmdisk.cli.answer;

import io.vmdisk.Sector;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One link of a chain as {@code info} tells it.
 *
 * @param link what its descriptor says
 * @param kind how its file is read
 * @param fileBytes lengths of its files, or -1 if one is missing
 * @param measured what only its open extents tell, or null if they can't be opened
 */
public record LinkInfo(
        DiskLink link,
        DiskArgument.Kind kind,
        long fileBytes,
        @Nullable Measured measured) {
    /**
     * What only open extents tell.
     *
     * @param allocatedBytes what the files take in their file system
     * @param grainBytes the unit of allocation
     */
    record Measured(long allocatedBytes, int grainBytes) {}

    private static final int SECTOR = Sector.BYTES;

    /** The name as {@code -O} takes it where it is one of those. */
    public String format() {
        return format(link, kind);
    }

    /** The same of a link that is only named. */
    public static String format(DiskLink link, DiskArgument.Kind kind) {
        Descriptor descriptor = link.descriptor();
        if (kind != DiskArgument.Kind.VMDK) {
            return "raw";
        }
        if (descriptor.createType() == CreateType.VMFS && descriptor.isThin()) {
            return "vmfsThin";
        }
        return descriptor.createType() == CreateType.UNKNOWN
                ? descriptor.createTypeName()
                : descriptor.createType().word();
    }

    /** Whether the link allocates in grains at all. */
    private boolean hasGrains() {
        for (ExtentPlace place : link.extents()) {
            ExtentType type = place.line().type();
            if (!type.isPlain() && type != ExtentType.ZERO) {
                return true;
            }
        }
        return false;
    }

    /** The unit of allocation, or null if there is none or it is not known. */
    @Nullable
    Long grainSize() {
        return measured == null || !hasGrains() ? null : (long) measured.grainBytes();
    }

    /** Bytes taken in the file system, or null if not known. */
    public @Nullable Long allocated() {
        return measured == null ? null : measured.allocatedBytes();
    }

    /** The name of the adapter it was made for, or null. */
    @Nullable
    String adapter() {
        return link.descriptor().adapterType().map(AdapterType::word).orElse(null);
    }

    /** Writes the members of its object; the caller opens and closes it. */
    void write(JsonView json) throws IOException {
        Descriptor descriptor = link.descriptor();
        json.field("path", link.path().toString());
        json.field("format", format());
        json.field("createType", descriptor.createTypeName());
        json.field("capacity", link.capacity());
        number(json, "allocated", allocated());
        number(json, "fileSize", fileBytes < 0 ? null : fileBytes);
        json.field("cid", link.contentId().toString());
        json.field("parentCid", descriptor.hasParent() ? link.parentContentId().toString() : null);
        json.field("parentHint", descriptor.parentHint().orElse(null));
        json.field("adapterType", adapter());
        number(json, "hardwareVersion", hardwareVersion());
        number(json, "grainSize", grainSize());
        json.field("thin", descriptor.isThin());
        geometry(json);
        extents(json);
        json.object("ddb");
        for (Map.Entry<String, String> entry : descriptor.ddb().entrySet()) {
            json.field(entry.getKey(), entry.getValue());
        }
        json.endObject();
    }

    /** The hardware version it was made for, or null. */
    @Nullable
    Long hardwareVersion() {
        return link.descriptor().hardwareVersion().isPresent()
                ? (long) link.descriptor().hardwareVersion().getAsInt()
                : null;
    }

    private void geometry(JsonView json) throws IOException {
        Geometry geometry = link.descriptor().geometry().orElse(null);
        if (geometry == null) {
            json.nothing("geometry");
        } else {
            json.object("geometry")
                    .field("cylinders", geometry.cylinders())
                    .field("heads", geometry.heads())
                    .field("sectors", geometry.sectors())
                    .endObject();
        }
    }

    private void extents(JsonView json) throws IOException {
        json.array("extents");
        for (ExtentPlace place : link.extents()) {
            ExtentLine line = place.line();
            json.object()
                    .field("path", place.file().map(Path::toString).orElse(line.fileName()))
                    .field("type", line.typeWord())
                    .field("access", line.access().toString())
                    .field("offset", line.startSector() * SECTOR)
                    .field("length", place.length())
                    .endObject();
        }
        json.endArray();
    }

    private static void number(JsonView json, String key, @Nullable Long value) throws IOException {
        if (value == null) {
            json.nothing(key);
        } else {
            json.field(key, value);
        }
    }
}
