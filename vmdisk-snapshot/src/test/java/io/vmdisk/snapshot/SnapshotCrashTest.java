package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Recovery;
import io.vmdisk.plan.Step;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation is interrupted everywhere; recovery leaves the machine wholly before or wholly after it. */
class SnapshotCrashTest {
    private static final int POINTS = 40;

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
                return vm.planner().delete(vm.uid(2), Step.Fold.Space.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forget(2);
            }
        },
        DELETE_MIDDLE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().delete(vm.uid(3), Step.Fold.Space.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forget(3);
            }
        },
        DELETE_IN_USE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().delete(vm.uid(4), Step.Fold.Space.GIVE_BACK);
            }

            @Override
            void expect(ModelVm model) {
                model.forget(4);
            }
        },
        DELETE_TREE {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().deleteWithChildren(vm.uid(3), Step.Fold.Space.KEEP);
            }

            @Override
            void expect(ModelVm model) {
                model.forgetTree(3);
            }
        },
        DELETE_ALL {
            @Override
            Plan plan(Vm vm) throws IOException {
                return vm.planner().deleteAll(Step.Fold.Space.KEEP);
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
        crash(operation, DiskFormat.VMFS_THIN, 2, 5);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void leavesHostedMachinesBeforeOrAfter(Operation operation) throws IOException {
        crash(operation, DiskFormat.MONOLITHIC_SPARSE, 1, 6);
    }

    @ParameterizedTest
    @CsvSource({"VMFS_THIN", "MONOLITHIC_SPARSE"})
    void consolidationLosesNothing(DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ModelVm before = tree(volume, format, 1, 7);
        before.vm.put("web01.vmsd", "snapshot.lastUID = \"4\"\nsnapshot.needConsolidate = \"TRUE\"\n");
        for (int uid = 1; uid <= 4; uid++) {
            volume.delete(before.vm.folder().resolve("web01-Snapshot" + uid + ".vmsn"));
        }
        byte[] content = before.now.disks().get(0);
        CrashReplay replay = CrashReplay.record(volume, recording -> {
            Vm vm = new Vm(recording, MemoryVolume.folder());
            vm.run(vm.planner().consolidate(Step.Fold.Space.KEEP));
        });

        crashes(replay).forEach(crash -> {
            try {
                MemoryVolume after = crash.volume();
                new Recovery(after, Progress.NONE).recover(MemoryVolume.folder());
                Vm vm = new Vm(after, MemoryVolume.folder());
                assertThat(vm.read(vm.active().get(0))).as(crash.toString()).isEqualTo(content);
            } catch (IOException e) {
                throw new AssertionError(crash.toString(), e);
            }
        });
    }

    private static java.util.stream.Stream<Crash> crashes(CrashReplay replay) {
        int every = Math.max(1, replay.log().size() / POINTS);
        return replay.crashes(
                1, 99, call -> call % every == 0 || call > replay.log().size() - 12);
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

        crashes(replay).forEach(crash -> {
            try {
                verify(crash, before, after);
            } catch (IOException e) {
                throw new AssertionError(crash + "\n" + crash.losses(), e);
            }
        });
    }

    private static void verify(Crash crash, ModelVm before, ModelVm after) throws IOException {
        MemoryVolume volume = crash.volume();
        Vm vm = new Vm(volume, MemoryVolume.folder());
        assertNothingReadsWrong(vm, before, crash.toString());
        Recovery.Outcome outcome = new Recovery(volume, Progress.NONE).recover(MemoryVolume.folder());
        try {
            before.on(vm).verify(crash + " " + outcome);
            assertThat(outcome).isNotEqualTo(Recovery.Outcome.FINISHED);
        } catch (AssertionError notBefore) {
            try {
                after.on(vm).verify(crash + " " + outcome);
            } catch (AssertionError notAfter) {
                notAfter.addSuppressed(notBefore);
                throw notAfter;
            }
            assertThat(outcome).isNotEqualTo(Recovery.Outcome.UNDONE);
        }
    }

    /** Before recovery a listed snapshot may be unreadable for a moment, but what is read is right. */
    private static void assertNothingReadsWrong(Vm vm, ModelVm before, String when) throws IOException {
        for (Snapshot snapshot : vm.tree().snapshots()) {
            if (!before.snapshots.containsKey(snapshot.uid())) {
                continue;
            }
            for (int i = 0; i < snapshot.disks().size(); i++) {
                try {
                    assertThat(vm.read(snapshot.disks().get(i).fileName()))
                            .as(when + ", snapshot " + snapshot.uid())
                            .isEqualTo(
                                    before.snapshots.get(snapshot.uid()).disks().get(i));
                } catch (VmdiskException | java.nio.file.NoSuchFileException e) {
                    // Refused, as it should be.
                }
            }
        }
    }
}
