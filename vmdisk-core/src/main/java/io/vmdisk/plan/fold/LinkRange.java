package io.vmdisk.plan.fold;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Some links of a chain, without what is below them. */
public final class LinkRange {
    private LinkRange() {}

    /** How links are opened without what is below them. */
    public static OpenOptions reading(Volume volume) {
        return OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.NONE);
    }

    /**
     * The chain of exactly these links.
     *
     * @param links the topmost first
     * @param options that look for no parents
     */
    static DiskChain of(List<Path> links, OpenOptions options) throws IOException {
        List<DiskLink> found = new ArrayList<>();
        for (Path link : links) {
            found.add(DiskChain.of(link, options).top());
        }
        return new DiskChain(found, null);
    }
}
