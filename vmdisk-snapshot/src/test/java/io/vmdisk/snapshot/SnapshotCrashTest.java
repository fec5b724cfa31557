package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Recovery;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FailedCalls;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation is interrupted at every call that changes a file or a name, with torn and unforced writes; recovery
 * leaves the machine wholly before or wholly after it, and may be interrupted itself. The same where a call fails.
 */
@Tag("long")
class SnapshotCrashTest {
    private static final int SUBSETS = 1;
    private static final long SEED = 99;

    /** Of so many states of an operation one has its recovery interrupted, at every call of it. */
    private static final int RECOVERIES_ONE_IN = 100;

    /** Operations on the tree 1 (2, 3 (4 (present state))). */
    private enum Operation {
        CREATE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().create(SnapshotRequest.of("new", Vm.NOW));
            }

            @Override
            void expect(ModelVm model) {
                model.snapshots.put(5L, model.now.copy(model.now.parent()));
                model.now = model.now.copy(5);
            }
        },
        DELETE_LEAF {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().delete(vm.uid(2), LinkSpace.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forget(2);
            }
        },
        DELETE_MIDDLE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().delete(vm.uid(3), LinkSpace.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forget(3);
            }
        },
        DELETE_IN_USE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().delete(vm.uid(4), LinkSpace.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forget(4);
            }
        },
        DELETE_MIDDLE_LOW_SPACE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().delete(vm.uid(3), LinkSpace.GIVE_BACK);
            }

            @Override
            void expect(ModelVm model) {
                model.forget(3);
            }
        },
        DELETE_TREE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().deleteWithChildren(vm.uid(3), LinkSpace.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forgetTree(3);
            }
        },
        DELETE_ALL {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().deleteAll(LinkSpace.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forgetTree(1);
            }
        },
        DELETE_ALL_LOW_SPACE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().deleteAll(LinkSpace.GIVE_BACK);
            }

            @Override
            void expect(ModelVm model) {
                model.forgetTree(1);
            }
        },
        REVERT {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().revert(vm.uid(2));
            }

            @Override
            void expect(ModelVm model) {
                model.now = model.snapshots.get(2L).copy(2);
            }
        };

        abstract Plan plan(Vm vm) throws IOException;

        abstract void expect(ModelVm model);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void leavesEsxiMachinesBeforeOrAfter(Operation operation) throws IOException {
        // Two disks change together where the configuration names both anew; merges go one by one.
        boolean together = operation == Operation.CREATE || operation == Operation.REVERT;
        crash(operation, DiskFormat.VMFS_THIN, together ? 2 : 1, 5);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void leavesHostedMachinesBeforeOrAfter(Operation operation) throws IOException {
        crash(operation, DiskFormat.MONOLITHIC_SPARSE, 1, 6);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void aFailureAtAnyCallLeavesEsxiMachinesBeforeOrAfter(Operation operation) throws IOException {
        failEach(operation, DiskFormat.VMFS_THIN);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "DELETE_LEAF", "DELETE_MIDDLE_LOW_SPACE", "REVERT"})
    void aFailureAtAnyCallLeavesHostedMachinesBeforeOrAfter(Operation operation) throws IOException {
        failEach(operation, DiskFormat.MONOLITHIC_SPARSE);
    }

    private static void failEach(Operation operation, DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ModelVm before = tree(volume, format, 1, 5);
        ModelVm after = before.on(before.vm);
        operation.expect(after);
        int failures = FailedCalls.eachThatChanges(
                volume,
                files -> {
                    Vm vm = new Vm(files, MemoryVolume.folder());
                    new MachineWork(files, Progress.NONE).execute(vm.open(), operation.plan(vm));
                },
                left -> {
                    if (left.end() == FailedCalls.End.DONE) {
                        new Recovery(left.files(), Progress.NONE).recover(MemoryVolume.folder());
                        after.on(new Vm(left.files(), MemoryVolume.folder())).verify(left.call());
                    } else {
                        verify(left.files(), left.call(), before, after);
                    }
                });
        assertThat(failures).isGreaterThan(20);
    }

    @ParameterizedTest
    @CsvSource({"VMFS_THIN, KEEP", "MONOLITHIC_SPARSE, KEEP", "VMFS_THIN, GIVE_BACK", "MONOLITHIC_SPARSE, GIVE_BACK"})
    void consolidationLosesNothing(DiskFormat format, LinkSpace space) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ModelVm before = tree(volume, format, 1, 7);
        before.vm.put("web01.vmsd", "snapshot.lastUID = \"4\"\nsnapshot.needConsolidate = \"TRUE\"\n");
        for (int uid = 1; uid <= 4; uid++) {
            volume.delete(before.vm.folder().resolve("web01-Snapshot" + uid + ".vmsn"));
        }
        before.snapshots.clear();
        byte[] content = before.now.disks().get(0);
        CrashReplay replay = CrashReplay.record(volume, recording -> {
            Vm vm = new Vm(recording, MemoryVolume.folder());
            vm.run(vm.planner().consolidate(space));
        });

        replay.states(SUBSETS, SEED).forEach(crash -> {
            try {
                MemoryVolume after = crash.volume();
                Vm vm = new Vm(after, MemoryVolume.folder());
                assertNothingReadsWrong(vm, before, List.of(before.now), crash.toString());
                new Recovery(after, Progress.NONE).recover(MemoryVolume.folder());
                assertThat(vm.read(vm.active().get(0))).as(crash.toString()).isEqualTo(content);
            } catch (IOException e) {
                throw new AssertionError(crash.toString(), e);
            }
        });
    }

    /** The tree 1 (2, 3 (4 (present state))). */
    private static ModelVm tree(MemoryVolume volume, DiskFormat format, int disks, long seed) throws IOException {
        DiskFormat[] formats = new DiskFormat[disks];
        java.util.Arrays.fill(formats, format);
        ModelVm model = new ModelVm(Vm.create(volume, MemoryVolume.folder(), formats), disks, Optional.empty(), seed);
        model.write();
        model.snapshot();
        model.write();
        model.snapshot();
        model.revert(1);
        model.write();
        model.snapshot();
        model.write();
        model.snapshot();
        model.write();
        return model;
    }

    private static void crash(Operation operation, DiskFormat format, int disks, long seed) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ModelVm before = tree(volume, format, disks, seed);
        ModelVm after = before.on(before.vm);
        operation.expect(after);
        CrashReplay replay = CrashReplay.record(volume, recording -> {
            Vm vm = new Vm(recording, MemoryVolume.folder());
            vm.run(operation.plan(vm));
        });
        after.on(new Vm(replay.after(), MemoryVolume.folder())).verify("without a crash");

        int number = 0;
        for (Crash crash : (Iterable<Crash>) replay.states(SUBSETS, SEED)::iterator) {
            try {
                verify(crash.volume(), crash.toString(), before, after);
                if (number++ % RECOVERIES_ONE_IN == RECOVERIES_ONE_IN / 3) {
                    interruptRecovery(crash, before, after);
                }
            } catch (IOException e) {
                throw new AssertionError(crash + "\n" + crash.losses(), e);
            }
        }
        assertThat(number).isGreaterThan(15);
    }

    private static void interruptRecovery(Crash first, ModelVm before, ModelVm after) throws IOException {
        CrashReplay recovery = CrashReplay.record(
                first.volume(), recording -> new Recovery(recording, Progress.NONE).recover(MemoryVolume.folder()));
        for (Crash second : (Iterable<Crash>) recovery.states(0, SEED)::iterator) {
            MemoryVolume volume = second.volume();
            RecoveryOutcome outcome = new Recovery(volume, Progress.NONE).recover(MemoryVolume.folder());
            Vm vm = new Vm(volume, MemoryVolume.folder());
            assertBeforeOrAfter(vm, before, after, outcome, first + ", recovery at " + second);
        }
    }

    /** What recovery says it did is what the machine shows; if nothing was to be done it may be either. */
    private static void assertBeforeOrAfter(Vm vm, ModelVm before, ModelVm after, RecoveryOutcome outcome, String when)
            throws IOException {
        switch (outcome) {
            case UNDONE -> before.on(vm).verify(when);
            case FINISHED -> after.on(vm).verify(when);
            case NOTHING -> {
                try {
                    before.on(vm).verify(when);
                } catch (AssertionError notBefore) {
                    try {
                        after.on(vm).verify(when);
                    } catch (AssertionError notAfter) {
                        notAfter.addSuppressed(notBefore);
                        throw notAfter;
                    }
                }
            }
        }
    }

    private static void verify(MemoryVolume volume, String when, ModelVm before, ModelVm after) throws IOException {
        Vm vm = new Vm(volume, MemoryVolume.folder());
        assertNothingReadsWrong(vm, before, List.of(before.now, after.now), when);
        RecoveryOutcome outcome = new Recovery(volume, Progress.NONE).recover(MemoryVolume.folder());
        assertBeforeOrAfter(vm, before, after, outcome, when + " " + outcome);
    }

    /** Before recovery a snapshot, or the present state, may be unreadable for a moment, but what is read is right. */
    private static void assertNothingReadsWrong(Vm vm, ModelVm before, List<ModelVm.State> present, String when)
            throws IOException {
        List<String> active = vm.active();
        for (int i = 0; i < active.size(); i++) {
            int disk = i;
            assertReads(
                    vm,
                    active.get(i),
                    present.stream().map(state -> state.disks().get(disk)).toList(),
                    when + ", present state");
        }
        for (Snapshot snapshot : vm.tree().snapshots()) {
            if (!before.snapshots.containsKey(snapshot.uid())) {
                continue;
            }
            for (int i = 0; i < snapshot.disks().size(); i++) {
                byte[] frozen = before.snapshots.get(snapshot.uid()).disks().get(i);
                assertReads(
                        vm, snapshot.disks().get(i).fileName(), List.of(frozen), when + ", snapshot " + snapshot.uid());
            }
        }
    }

    private static void assertReads(Vm vm, String disk, List<byte[]> expected, String when) throws IOException {
        byte[] found;
        try {
            found = vm.read(disk);
        } catch (VmdiskException | java.nio.file.NoSuchFileException e) {
            // Refused, as it should be.
            return;
        }
        assertThat(expected.stream().anyMatch(bytes -> Arrays.equals(bytes, found)))
                .as(when)
                .isTrue();
    }
}
