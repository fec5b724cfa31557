package io.vmdisk.snapshot.vmsd;

import io.vmdisk.testkit.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A list of snapshots. */
public final class SnapshotListFuzz implements FuzzTarget {
    @Override
    public List<byte[]> seeds() throws IOException {
        Path sample =
                Path.of(System.getProperty("vmdisk.testdata", "../testdata")).resolve("web01/web01.vmsd");
        return List.of(Files.readAllBytes(sample));
    }

    @Override
    public void run(byte[] input) throws IOException {
        SnapshotTree tree = SnapshotTree.parse(input, Path.of("a.vmsd"));
        tree.findings();
        tree.roots().forEach(tree::children);
        tree.snapshots().forEach(tree::lineage);
        tree.current();
        tree.nextUid();
        tree.requireSound();
    }
}
