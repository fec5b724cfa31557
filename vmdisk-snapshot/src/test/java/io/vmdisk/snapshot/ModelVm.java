package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.clone.ClonePlanner;
import io.vmdisk.clone.RenamePlanner;
import io.vmdisk.clone.TemplatePlanner;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.rescue.ListRebuild;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.snapshot.vmsn.CheckpointWriter;
import io.vmdisk.snapshot.vmsn.SnapshotPart;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Seeds;
import io.vmdisk.testkit.Tally;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What a machine must hold after random operations: for the present state and each snapshot the bytes of every disk. */
final class ModelVm {
    /** One state: bytes by disk, and the snapshot it was built on; 0 for none. */
    record State(List<byte[]> disks, long parent) {
        State copy(long newParent) {
            return new State(new ArrayList<>(disks.stream().map(byte[]::clone).toList()), newParent);
        }
    }

    final Vm vm;
    final Map<Long, State> snapshots = new TreeMap<>();
    private final SplittableRandom random;
    private final Optional<DiskFormat> delta;
    /** How many of the last disks take no part in snapshots. */
    private final int independent;

    State now;

    ModelVm(Vm vm, int disks, Optional<DiskFormat> delta, long seed) throws IOException {
        this.independent = (int) vm.vmx().devices().disks().stream()
                .filter(disk -> disk.mode().isIndependent())
                .count();
        this.vm = vm;
        this.delta = delta;
        this.random = Seeds.random(seed);
        List<byte[]> zeros = new ArrayList<>();
        for (int i = 0; i < disks; i++) {
            zeros.add(new byte[Vm.CAPACITY]);
        }
        this.now = new State(zeros, 0);
    }

    /** The same expectation of another machine. */
    ModelVm on(Vm other) throws IOException {
        ModelVm copy = new ModelVm(other, now.disks().size(), delta, 0);
        copy.now = now.copy(now.parent());
        snapshots.forEach((uid, state) -> copy.snapshots.put(uid, state.copy(state.parent())));
        return copy;
    }

    /** Does one operation on both; returns its name. */
    String step() throws IOException {
        Tally.MODEL_STEPS.count();
        int choice = random.nextInt(15);
        if (choice < 4 || snapshots.isEmpty()) {
            write();
            if (choice < 2 || snapshots.size() >= 8) {
                return "write";
            }
            return snapshot();
        }
        long uid = pick();
        return switch (choice) {
            case 12 -> random.nextBoolean() ? fullClone() : linkedClone(uid);
            case 13 -> template();
            case 14 -> rename();
            case 4, 5 -> snapshot();
            case 6, 7 -> revert(uid);
            case 8, 9 -> delete(uid);
            case 10 -> random.nextInt(3) == 0 ? deleteTree(uid) : consolidate();
            default -> random.nextInt(4) == 0 ? deleteAll() : revert(uid);
        };
    }

    /** The same without what makes other machines or names. */
    String stepOfSnapshots() throws IOException {
        Tally.MODEL_STEPS.count();
        int choice = random.nextInt(12);
        if (choice < 5 || snapshots.isEmpty()) {
            write();
            return choice < 2 || snapshots.size() >= 8 ? "write" : snapshot();
        }
        long uid = pick();
        return switch (choice) {
            case 5, 6 -> snapshot();
            case 7, 8 -> revert(uid);
            case 9 -> delete(uid);
            case 10 -> random.nextInt(3) == 0 ? deleteTree(uid) : consolidate();
            default -> random.nextInt(4) == 0 ? deleteAll() : delete(uid);
        };
    }

    /** Puts the machine in a state that rules are about, does what they allow, and makes sure of what they don't. */
    String oddStep() throws IOException {
        Tally.MODEL_STEPS.count();
        return switch (random.nextInt(3)) {
            case 0 -> renameByHand();
            case 1 -> deleteWhileSuspended();
            default -> refuseWhileShared();
        };
    }

    /** Nobody freezes a disk that others may write; what is frozen already can be merged. */
    String refuseWhileShared() throws IOException {
        String vmx = vm.vmx().stem() + ".vmx";
        String before = vm.text(vmx);
        String shared = random.nextBoolean() ? "scsi0:0.sharing = \"multi-writer\"" : "scsi0.sharedBus = \"virtual\"";
        vm.put(vmx, before + shared + "\n");
        assertThatThrownBy(() -> vm.planner().create(SnapshotRequest.of("no", Vm.NOW)))
                .hasMessageMatching("(?s).*(may be written by several machines|shares its bus).*");
        if (!snapshots.isEmpty()) {
            long uid = pick();
            Path folder = vm.folder().resolveSibling("shared");
            assertThatThrownBy(() -> make(CloneRequest.linked(uid, List.of(NewMachine.of(folder, "shared")))))
                    .hasMessageMatching("(?s).*(may be written by several machines|shares its bus).*");
        }
        vm.put(vmx, before);
        return "nothing while shared";
    }

    /** Only the configuration gets another name: nothing is done until the list has followed, there and back. */
    private String renameByHand() throws IOException {
        String stem = vm.vmx().stem();
        for (String[] names : new String[][] {{stem, "hand"}, {"hand", stem}}) {
            vm.volume()
                    .rename(vm.folder().resolve(names[0] + ".vmx"), vm.folder().resolve(names[1] + ".vmx"));
            if (!snapshots.isEmpty()) {
                assertThatThrownBy(() -> vm.planner().consolidate(LinkSpace.KEEP))
                        .hasMessageContaining("a repair of the snapshot list");
            }
            VirtualMachine machine = vm.open();
            vm.run(ListRebuild.plan(machine, List.of(), new Readiness(machine, Vm.NOW, Set.of())));
            Path left = vm.folder().resolve(names[0] + ".vmsd");
            if (vm.volume().exists(left)) {
                vm.volume().rename(left, vm.folder().resolve(names[1] + ".vmsd"));
            }
            verifyWith(vm::read, "renamed to " + names[1]);
        }
        return "rename by hand and back";
    }

    /** What a suspended guest sees stays as it is; going back to another state is refused. */
    private String deleteWhileSuspended() throws IOException {
        if (snapshots.isEmpty()) {
            return "nothing";
        }
        String vmx = vm.vmx().stem() + ".vmx";
        String before = vm.text(vmx);
        Path saved = vm.folder().resolve("saved.vmss");
        vm.volume()
                .replace(
                        saved,
                        CheckpointWriter.poweredOff(
                                Map.of(SnapshotPart.CONFIGURATION, before.getBytes(StandardCharsets.UTF_8))));
        vm.put(vmx, before.replaceAll("(?m)^checkpoint.*\n", "") + "checkpoint.vmState = \"saved.vmss\"\n");
        long uid = pick();
        assertThatThrownBy(() -> vm.planner().revert(vm.uid(uid))).hasMessageContaining("the permission suspended");
        String done = delete(uid);
        vm.run(vm.planner().consolidate(space()));
        vm.put(vmx, vm.text(vmx).replace("checkpoint.vmState = \"saved.vmss\"\n", ""));
        vm.volume().delete(saved);
        return done + " while suspended";
    }

    private long pick() {
        List<Long> uids = List.copyOf(snapshots.keySet());
        return uids.get(random.nextInt(uids.size()));
    }

    private LinkSpace space() {
        return random.nextBoolean() ? LinkSpace.KEEP : LinkSpace.GIVE_BACK;
    }

    void write() throws IOException {
        List<String> active = vm.active();
        for (int i = 0; i < active.size(); i++) {
            for (int n = 0; n < 3; n++) {
                int length = 1 + random.nextInt(40_000);
                int at = random.nextInt(Vm.CAPACITY - length);
                byte[] disk = now.disks().get(i);
                if (n == 2 && random.nextBoolean()) {
                    vm.zero(active.get(i), at, length);
                    Arrays.fill(disk, at, at + length, (byte) 0);
                } else {
                    byte[] bytes = Patterns.random(random.nextLong(), length);
                    vm.write(active.get(i), at, bytes);
                    System.arraycopy(bytes, 0, disk, at, length);
                }
            }
        }
    }

    String snapshot() throws IOException {
        SnapshotRequest request = SnapshotRequest.of("s" + random.nextInt(100), Vm.NOW);
        vm.run(vm.planner().create(delta.isPresent() ? request.withDelta(delta.get()) : request));
        long uid = vm.tree().lastUid();
        snapshots.put(uid, now.copy(now.parent()));
        now = now.copy(uid);
        return "snapshot " + uid;
    }

    String revert(long uid) throws IOException {
        vm.revert(uid);
        State then = snapshots.get(uid).copy(uid);
        int disks = then.disks().size();
        for (int i = disks - independent; i < disks; i++) {
            then.disks().set(i, now.disks().get(i));
        }
        now = then;
        return "revert " + uid;
    }

    String delete(long uid) throws IOException {
        vm.run(vm.planner().delete(vm.uid(uid), space()));
        forget(uid);
        return "delete " + uid;
    }

    void forget(long uid) {
        State gone = snapshots.remove(uid);
        snapshots.replaceAll((other, state) -> state.parent() == uid ? state.copy(gone.parent()) : state);
        now = now.parent() == uid ? now.copy(gone.parent()) : now;
    }

    private String deleteTree(long uid) throws IOException {
        vm.run(vm.planner().deleteWithChildren(vm.uid(uid), space()));
        forgetTree(uid);
        return "delete " + uid + " and children";
    }

    void forgetTree(long uid) {
        for (long child : List.copyOf(snapshots.keySet())) {
            if (snapshots.containsKey(child) && snapshots.get(child).parent() == uid) {
                forgetTree(child);
            }
        }
        forget(uid);
    }

    private String deleteAll() throws IOException {
        vm.run(vm.planner().deleteAll(space()));
        snapshots.clear();
        now = now.copy(0);
        return "delete all";
    }

    private String consolidate() throws IOException {
        vm.run(vm.planner().consolidate(space()));
        assertThat(vm.tree().needsConsolidation()).isFalse();
        assertThat(vm.planner().consolidate(space()).isEmpty()).isTrue();
        return "consolidate";
    }

    /** Reads a disk by its name. */
    @FunctionalInterface
    interface Reader {
        byte[] read(String disk) throws IOException;
    }

    /** Compares the content of every chain: the present state's and each snapshot's. */
    void verifyWith(Reader reader, String when) throws IOException {
        List<String> active = vm.active();
        for (int i = 0; i < active.size(); i++) {
            assertThat(reader.read(active.get(i)))
                    .as(when + ": " + active.get(i))
                    .isEqualTo(now.disks().get(i));
        }
        for (Snapshot snapshot : vm.tree().snapshots()) {
            List<byte[]> expected = snapshots.get(snapshot.uid()).disks();
            for (int i = 0; i < snapshot.disks().size(); i++) {
                SnapshotDisk disk = snapshot.disks().get(i);
                assertThat(reader.read(disk.fileName()))
                        .as(when + ": " + disk.fileName() + " of " + snapshot.uid())
                        .isEqualTo(expected.get(i));
            }
        }
    }

    /** A copy of the present state; it is looked at and goes again. */
    private String fullClone() throws IOException {
        Path folder = vm.folder().resolve("copy");
        make(CloneRequest.full(List.of(NewMachine.of(folder, "copy"))));
        Vm clone = new Vm(vm.volume(), folder);
        verifyClone(clone, now);
        remove(clone);
        return "full clone";
    }

    /** A clone on a snapshot goes its own way, and keeps the snapshot from being deleted while it is there. */
    private String linkedClone(long uid) throws IOException {
        Path folder = vm.folder().resolve("linked");
        CloneRequest request = CloneRequest.linked(uid, List.of(NewMachine.of(folder, "linked")));
        make(delta.isPresent() ? request.withFormat(delta.get()) : request);
        Vm clone = new Vm(vm.volume(), folder);
        verifyClone(clone, snapshots.get(uid));
        String disk = clone.active().get(0);
        byte[] expected = clone.read(disk);
        byte[] bytes = Patterns.random(random.nextLong(), 9000);
        clone.write(disk, 5000, bytes);
        System.arraycopy(bytes, 0, expected, 5000, bytes.length);
        assertThat(clone.read(disk)).isEqualTo(expected);
        assertThatThrownBy(() -> vm.planner().delete(vm.uid(uid), LinkSpace.KEEP))
                .hasMessageContaining("linked.vmx");
        assertThat(vm.planner().consolidate(LinkSpace.KEEP).isEmpty())
                .as("a clone leaves nothing to merge")
                .isEqualTo(!vm.tree().needsConsolidation());
        remove(clone);
        return "linked clone of " + uid;
    }

    private void make(CloneRequest request) throws IOException {
        ClonePlanner planner = new ClonePlanner(vm.open(), Vm.NOW, Set.of(), random);
        new MachineWork(vm.volume(), Progress.NONE).execute(vm.open(), planner.plan(request));
    }

    private static void verifyClone(Vm clone, State expected) throws IOException {
        List<String> active = clone.active();
        for (int i = 0; i < active.size(); i++) {
            assertThat(clone.read(active.get(i)))
                    .as("clone: " + active.get(i))
                    .isEqualTo(expected.disks().get(i));
        }
        assertThat(active).hasSameSizeAs(expected.disks());
        assertThat(clone.open().findings()).noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    private static void remove(Vm clone) throws IOException {
        for (String name : clone.files()) {
            clone.volume().delete(clone.folder().resolve(name));
        }
        clone.volume().delete(clone.folder());
    }

    private String template() throws IOException {
        vm.run(new TemplatePlanner(vm.open(), Vm.NOW).toTemplate(TemplatePlanner.Snapshots.KEEP));
        verify("as a template");
        vm.run(new TemplatePlanner(vm.open(), Vm.NOW).toMachine());
        return "template and back";
    }

    private String rename() throws IOException {
        String name = vm.vmx().stem().equals("web01") ? "db07" : "web01";
        vm.run(new RenamePlanner(vm.open(), Vm.NOW, Set.of()).plan(name));
        assertThat(vm.files()).allMatch(file -> file.startsWith(name) || file.startsWith("."));
        return "rename to " + name;
    }

    /** Compares everything. */
    void verify(String when) throws IOException {
        SnapshotTree tree = vm.tree();
        assertThat(tree.snapshots().stream().map(Snapshot::uid).toList())
                .as(when)
                .isEqualTo(List.copyOf(snapshots.keySet()));
        assertThat(tree.current().map(Snapshot::uid).orElse(0L)).as(when).isEqualTo(now.parent());
        verifyWith(vm::read, when);
        for (Snapshot snapshot : tree.snapshots()) {
            assertThat(snapshot.parent().orElse(0))
                    .as(when)
                    .isEqualTo(snapshots.get(snapshot.uid()).parent());
            Path checkpoint = vm.folder().resolve(snapshot.checkpointFile().orElseThrow());
            assertThat(vm.volume().exists(checkpoint)).as(when).isTrue();
        }
        assertThat(vm.open().findings().stream()
                        .filter(finding -> finding.severity().compareTo(Finding.Severity.WARNING) >= 0)
                        .filter(finding ->
                                !(tree.needsConsolidation() && finding.id().equals("vm.unowned")))
                        .toList())
                .as(when)
                .isEmpty();
        assertThat(vm.files()).as(when).noneMatch(name -> name.endsWith("settled") || name.contains("vmdisk"));
    }
}
