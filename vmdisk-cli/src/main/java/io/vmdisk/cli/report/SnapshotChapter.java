package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.MachineInfo;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.snapshot.vmsd.Snapshot;
import java.io.IOException;
import java.util.List;

/** The snapshots, how old they are, and what each costs. */
record SnapshotChapter(ReportFacts facts, MachineInfo machine) implements Chapter {
    @Override
    public String id() {
        return "snapshots";
    }

    @Override
    public String title() {
        return "Snapshots";
    }

    @Override
    public void write(Html html) throws IOException {
        List<Snapshot> snapshots = machine.vm().snapshots().snapshots();
        if (snapshots.isEmpty()) {
            html.element("p", "There are none.");
            return;
        }
        long current = machine.vm().snapshots().current().map(Snapshot::uid).orElse(-1L);
        try (HtmlTable table = new HtmlTable(
                html,
                "Snapshots of the machine",
                Column.left("Name"),
                Column.right("Id"),
                Column.left("Taken on"),
                Column.left("Time"),
                Column.left("Age"),
                Column.right("Written since"),
                Column.right("Memory and state"),
                Column.left("Description"))) {
            for (Snapshot snapshot : snapshots) {
                table.row(
                        snapshot.name() + (snapshot.uid() == current ? " (the machine stands on it)" : ""),
                        Long.toString(snapshot.uid()),
                        machine.vm()
                                .snapshots()
                                .parent(snapshot)
                                .map(Snapshot::name)
                                .orElse("the base"),
                        snapshot.created().map(Age::moment).orElse("unknown"),
                        snapshot.created()
                                .map(time -> Age.of(time, facts.now()))
                                .orElse("unknown"),
                        ByteSize.print(writtenSince(snapshot)),
                        ByteSize.print(checkpoint(snapshot)),
                        snapshot.description());
            }
        }
        html.element(
                "p",
                "\"Written since\" is what the disks directly above hold: what a deletion of the snapshot has to merge.");
    }

    private long writtenSince(Snapshot snapshot) {
        long bytes = 0;
        for (int i = 0; i < facts.disks().size(); i++) {
            String node = machine.vm().disks().get(i).device().node().toString();
            ChainTree tree = facts.disks().get(i).tree();
            long above = Survey.frozen(machine.vm(), snapshot, node)
                    .flatMap(tree::node)
                    .map(tree::bytesAbove)
                    .orElse(0L);
            bytes = bytes > Long.MAX_VALUE - above ? Long.MAX_VALUE : bytes + above;
        }
        return bytes;
    }

    /** Its state, and its memory, which lies beside it under the same name. */
    private long checkpoint(Snapshot snapshot) {
        String name = snapshot.checkpointFile().orElse("");
        String stem = name.endsWith(".vmsn") ? name.substring(0, name.length() - 5) : name;
        return stem.isEmpty()
                ? 0
                : machine.vm().files().stream()
                        .filter(file -> isOf(file, stem))
                        .mapToLong(VmFile::sizeBytes)
                        .reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }

    private static boolean isOf(VmFile file, String stem) {
        String name = String.valueOf(file.path().getFileName());
        return name.equals(stem + ".vmsn") || name.equals(stem + ".vmem");
    }
}
