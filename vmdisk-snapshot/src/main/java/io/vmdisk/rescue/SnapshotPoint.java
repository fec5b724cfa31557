package io.vmdisk.rescue;

import io.vmdisk.vm.DiskNode;
import io.vmdisk.vmx.DeviceNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A state that a machine once had, as its disks show: one frozen disk at each place, and the state it was made from. */
final class SnapshotPoint {
    private final NavigableMap<DeviceNode, DiskNode> disks;
    private @Nullable SnapshotPoint parent;

    SnapshotPoint(NavigableMap<DeviceNode, DiskNode> disks) {
        this.disks = new TreeMap<>(disks);
    }

    /** The frozen disks by their place. */
    NavigableMap<DeviceNode, DiskNode> disks() {
        return disks;
    }

    @Nullable
    SnapshotPoint parent() {
        return parent;
    }

    void setParent(@Nullable SnapshotPoint other) {
        parent = other;
    }

    /** The points above it, the nearest first. */
    List<SnapshotPoint> ancestors() {
        List<SnapshotPoint> ancestors = new ArrayList<>();
        for (SnapshotPoint at = parent; at != null; at = at.parent) {
            ancestors.add(at);
        }
        return ancestors;
    }

    /** Parents before their children. */
    static Comparator<SnapshotPoint> parentsFirst() {
        return Comparator.comparingInt(point -> point.ancestors().size());
    }

    @Override
    public String toString() {
        return disks.values().stream().map(DiskNode::name).toList().toString();
    }
}
