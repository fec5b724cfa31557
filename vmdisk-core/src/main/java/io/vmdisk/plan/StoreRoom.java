package io.vmdisk.plan;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a plan may need of a file store, and what is free there.
 *
 * @param folder a folder of that store: the first one that the plan grows files in, or the one above it that exists
 * @param needed the most bytes the store may have to give, before anything is removed
 * @param free bytes that are free
 * @since 0.1
 */
public record StoreRoom(Path folder, long needed, long free) {
    /** A descriptor is written beside the old one or beside its extent, which may have 20 sectors for it. */
    private static final long EDIT_BYTES = 12 << 10;

    /** For each file store that a plan needs room in; its journal counts. */
    public static List<StoreRoom> of(Plan plan, Volume volume) throws IOException {
        Map<Path, Long> needs = new LinkedHashMap<>(plan.spaceNeeded());
        if (!plan.isEmpty()) {
            needs.merge(plan.folder(), Journal.length(plan, volume) + EDIT_BYTES, Math::addExact);
        }
        Map<String, StoreRoom> stores = new LinkedHashMap<>();
        for (Map.Entry<Path, Long> need : needs.entrySet()) {
            // A folder that the plan is going to make lies in the store of the one above it.
            Path folder = volume.existing(need.getKey());
            String store = volume.storeName(folder);
            StoreRoom known = stores.get(store);
            stores.put(
                    store,
                    known == null
                            ? new StoreRoom(folder, need.getValue(), volume.freeBytes(folder))
                            : new StoreRoom(known.folder, Math.addExact(known.needed, need.getValue()), known.free));
        }
        return new ArrayList<>(stores.values());
    }
}
