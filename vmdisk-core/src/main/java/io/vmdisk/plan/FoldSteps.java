package io.vmdisk.plan;

import io.vmdisk.RunSink;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.ParentHints;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The steps that fold links into the disk below them.
 *
 * <p>Content IDs name content. While bytes move, the disk below carries a fresh ID that nobody else trusts; the lowest
 * link is told, so the chain stays whole. When the fold is complete its content is the topmost link's, so it takes that
 * link's IDs, and the disks on top of that link need only a new hint. Then, and after whoever names the topmost link
 * names the disk below instead, the links go: {@link #fold} and {@link #removal} are apart for that.
 */
public final class FoldSteps {
    private final Volume volume;
    private final RandomGenerator random = new SecureRandom();

    /** Steps over the files of {@code volume}. */
    public FoldSteps(Volume volume) {
        this.volume = volume;
    }

    /**
     * The steps up to the point where {@code into} has the content and the name for it.
     *
     * @param links at least one, the topmost first; the last one's parent is {@code into}
     * @param into the disk that takes it all
     * @param children the disks whose parent the topmost link is
     */
    public List<Step> fold(List<DiskLink> links, DiskLink into, List<DiskLink> children, Step.Fold.Space space)
            throws IOException {
        refuseReadOnly(into);
        DiskLink top = links.get(0);
        ContentId between = ContentId.random(random);
        Sums sums = sums(links, into);
        List<Step> steps = new ArrayList<>();
        steps.add(
                new Step.EditDescriptor(into.path(), DescriptorEdit.content(between, between.randomLongForm(random))));
        steps.add(new Step.EditDescriptor(links.get(links.size() - 1).path(), DescriptorEdit.parentContent(between)));
        if (top.capacity() > into.capacity()) {
            steps.add(new Step.GrowDisk(into.path(), top.capacity()));
        }
        steps.add(new Step.Fold(
                links.stream().map(DiskLink::path).toList(), into.path(), space, sums.bytes(), sums.growth()));
        steps.add(new Step.EditDescriptor(into.path(), DescriptorEdit.content(top.contentId(), longId(top))));
        for (DiskLink child : children) {
            String hint = ParentHints.hintFor(child.path(), into.path());
            steps.add(new Step.EditDescriptor(child.path(), DescriptorEdit.parent(child.parentContentId(), hint)));
        }
        return steps;
    }

    private @Nullable String longId(DiskLink top) {
        return top.descriptor().longContentId().orElseGet(() -> top.contentId().randomLongForm(random));
    }

    /** The steps that remove all files of these links. */
    public List<Step> removal(List<DiskLink> links) {
        List<Step> steps = new ArrayList<>();
        for (DiskLink link : links) {
            for (Path file : link.files()) {
                steps.add(new Step.Delete(file));
            }
        }
        return steps;
    }

    /** A fold into what can't be written would stop half way. */
    private static void refuseReadOnly(DiskLink into) throws UnsupportedFeatureException {
        for (ExtentPlace extent : into.extents()) {
            ExtentType type = extent.line().type();
            boolean device = type == ExtentType.VMFSRDM
                    || type == ExtentType.VMFSRAW
                    || extent.line().isDevice();
            if (device) {
                throw new UnsupportedFeatureException(
                        "device-write",
                        into.path(),
                        "it is a raw device or its mapping: nothing is folded into a device",
                        "consolidate on the host, or into a new disk with --into");
            }
            if (into.descriptor().createType() == io.vmdisk.descriptor.CreateType.STREAM_OPTIMIZED) {
                throw new UnsupportedFeatureException(
                        "stream-write",
                        into.path(),
                        "a stream-optimised disk can't be changed in place",
                        "consolidate into a new disk with --into");
            }
        }
    }

    private record Sums(long bytes, long growth) {}

    /** What the links hold, each place once, and how much of it the disk below has no room for yet. */
    private Sums sums(List<DiskLink> links, DiskLink into) throws IOException {
        OpenOptions alone = OpenOptions.readOnly()
                .withVolume(volume)
                .withParents(OpenOptions.Parents.NONE)
                .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
        try (VirtualDisk above = VirtualDisk.open(new DiskChain(links, null), alone);
                VirtualDisk below = VirtualDisk.open(new DiskChain(List.of(into), null), alone)) {
            DataSum held = new DataSum(below);
            above.locate(0, above.capacity(), held);
            return new Sums(held.bytes, held.growth);
        }
    }

    private static final class DataSum implements RunSink {
        private final VirtualDisk below;
        private long bytes;
        private long growth;

        DataSum(VirtualDisk below) {
            this.below = below;
        }

        @Override
        public void data(long start, long length, int depth, Path file, long at) throws IOException {
            add(start, length);
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength)
                throws IOException {
            add(start, length);
        }

        private void add(long start, long length) throws IOException {
            bytes += length;
            Holes holes = new Holes();
            long inside = Math.max(0, Math.min(length, below.capacity() - start));
            below.locate(Math.min(start, below.capacity()), inside, holes);
            growth += holes.bytes + (length - inside);
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {}

        @Override
        public void unallocated(long start, long length, int depth) {}
    }

    private static final class Holes implements RunSink {
        private long bytes;

        @Override
        public void data(long start, long length, int depth, Path file, long at) {}

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {}

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {
            bytes += length;
        }

        @Override
        public void unallocated(long start, long length, int depth) {
            bytes += length;
        }
    }
}
