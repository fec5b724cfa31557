package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Recovery;
import io.vmdisk.plan.RecoveryTrust;
import io.vmdisk.plan.step.Content;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FailedCalls;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation is interrupted everywhere; recovery leaves all files as they were before it, or as they are after it,
 * byte for byte, of the source and of the clones alike. The same where a call fails.
 */
@Tag("long")
class CloneCrashTest {
    private enum Operation {
        FULL {
            @Override
            void run(Volume volume) throws IOException {
                make(volume, CloneRequest.full(List.of(named("web02"))).withFormat(DiskFormat.TWO_GB_SPARSE));
            }
        },
        MANY {
            @Override
            void run(Volume volume) throws IOException {
                NewMachine pattern = named("farm");
                make(volume, CloneRequest.full(List.of(pattern.numbered(1), pattern.numbered(2))));
            }
        },
        LINKED {
            @Override
            void run(Volume volume) throws IOException {
                make(volume, CloneRequest.linked(1, List.of(named("web02"), named("web03"))));
            }
        },
        INSTANT {
            @Override
            void run(Volume volume) throws IOException {
                make(volume, CloneRequest.instant(List.of(named("web02"))));
            }

            @Override
            void prepare(Cloning cloning) throws IOException {
                cloning.suspend();
            }
        },
        RENAME {
            @Override
            void run(Volume volume) throws IOException {
                rename(volume, MemoryVolume.folder());
            }
        },
        TEMPLATE {
            @Override
            void run(Volume volume) throws IOException {
                VirtualMachine machine = VirtualMachine.open(MemoryVolume.folder(), List.of(), volume);
                new MachineWork(volume, Progress.NONE)
                        .execute(
                                machine,
                                new TemplatePlanner(machine, Vm.NOW).toTemplate(TemplatePlanner.Snapshots.KEEP));
            }

            @Override
            void prepare(Cloning cloning) throws IOException {
                Vm source = cloning.source();
                source.put("web01.vmx", source.text("web01.vmx") + "extendedConfigFile = \"web01.vmxf\"\n");
                source.put("web01.vmxf", """
                    <?xml version="1.0"?>
                    <Foundry><VM><VMId type="string">1</VMId><vmxPathName type="string">web01.vmx</vmxPathName></VM>
                    </Foundry>
                    """);
            }
        },
        RENAME_LINKED_CLONE {
            @Override
            void run(Volume volume) throws IOException {
                rename(volume, folder());
            }

            @Override
            void prepare(Cloning cloning) throws IOException {
                Vm clone = cloning.linked(1, "web02");
                clone.run(clone.planner().create(SnapshotRequest.of("own", Vm.NOW)));
            }

            @Override
            Path folder() {
                return MemoryVolume.folder().resolveSibling("web02");
            }
        };

        abstract void run(Volume volume) throws IOException;

        void prepare(Cloning cloning) throws IOException {}

        /** Where the journal lies. */
        Path folder() {
            return MemoryVolume.folder();
        }
    }

    private static NewMachine named(String name) {
        return NewMachine.of(MemoryVolume.folder().resolveSibling(name), name);
    }

    private static void make(Volume volume, CloneRequest request) throws IOException {
        VirtualMachine machine = VirtualMachine.open(MemoryVolume.folder(), List.of(), volume);
        ClonePlanner planner = new ClonePlanner(machine, Vm.NOW, Set.of(), new SplittableRandom(3));
        new MachineWork(volume, Progress.NONE).execute(machine, planner.plan(request));
    }

    private static void rename(Volume volume, Path folder) throws IOException {
        RenamePlanner planner = new RenamePlanner(VirtualMachine.open(folder, List.of(), volume), Vm.NOW, Set.of());
        var plan = planner.plan("db07");
        new MachineWork(volume, Progress.NONE).execute(planner.concerned(), plan);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void leavesEsxiMachinesBeforeOrAfter(Operation operation) throws IOException {
        crash(operation, DiskFormat.VMFS_THIN);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void leavesHostedMachinesBeforeOrAfter(Operation operation) throws IOException {
        crash(operation, DiskFormat.MONOLITHIC_SPARSE);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void aFailureAtAnyCallLeavesMachinesBeforeOrAfter(Operation operation) throws IOException {
        MemoryVolume volume = make(operation, DiskFormat.VMFS_THIN);
        MemoryVolume whole = volume.copy();
        operation.run(whole);
        Map<String, Content> before = content(volume);
        Map<String, Content> after = content(whole);
        int failures = FailedCalls.eachThatChanges(volume, operation::run, left -> {
            RecoveryOutcome outcome = new Recovery(left.files(), Progress.NONE).recover(operation.folder(), OUTSIDE);
            boolean done = left.end() == FailedCalls.End.DONE || outcome == RecoveryOutcome.FINISHED;
            if (done) {
                recoverClones(left.files(), operation);
            }
            Map<String, Content> found = content(left.files());
            if (done || outcome == RecoveryOutcome.NOTHING && found.equals(after)) {
                assertSame(left.call() + " " + outcome, found, after);
            } else {
                assertSame(left.call() + " " + outcome, found, before);
            }
        });
        assertThat(failures).isGreaterThan(10);
    }

    /** A clean-up that failed after a disk had got its name is recovery's, in the clone's own folder. */
    private static void recoverClones(MemoryVolume files, Operation operation) throws IOException {
        for (Path folder : files.folders()) {
            if (!folder.equals(operation.folder()) && !folder.toString().contains(".vmdisk-")) {
                new Recovery(files, Progress.NONE).recover(folder);
            }
        }
    }

    private static MemoryVolume make(Operation operation, DiskFormat format) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Vm vm = Vm.create(volume, MemoryVolume.folder(), format);
        vm.write("web01.vmdk", 70_000, new byte[] {1, 2, 3});
        vm.snapshot("clean");
        vm.write("web01-000001.vmdk", 140_000, new byte[] {4, 5, 6});
        operation.prepare(new Cloning(vm));
        return volume;
    }

    private static void crash(Operation operation, DiskFormat format) throws IOException {
        MemoryVolume volume = make(operation, format);
        CrashReplay replay = CrashReplay.record(volume, operation::run);
        Map<String, Content> before = content(replay.before());
        Map<String, Content> after = content(replay.after());
        assertThat(after).isNotEqualTo(before);

        replay.states(2, 41).forEach(crash -> verify(operation, crash, before, after));
    }

    private static void verify(
            Operation operation, Crash crash, Map<String, Content> before, Map<String, Content> after) {
        try {
            MemoryVolume left = crash.volume();
            RecoveryOutcome outcome = new Recovery(left, Progress.NONE).recover(operation.folder(), OUTSIDE);
            Map<String, Content> recovered = content(left);
            String when = crash + " " + outcome + "\n" + crash.losses();
            if (outcome == RecoveryOutcome.FINISHED) {
                assertSame(when, recovered, after);
            } else if (outcome == RecoveryOutcome.UNDONE || !recovered.equals(after)) {
                assertSame(when, recovered, before);
            }
        } catch (IOException e) {
            throw new AssertionError(crash + "\n" + crash.losses(), e);
        }
    }

    /** Clones lie in folders of their own, which change only on the word of whoever recovers. */
    private static final RecoveryTrust OUTSIDE = new RecoveryTrust(List.of(), Set.of(RecoveryTrust.Danger.OUTSIDE));

    private static void assertSame(String when, Map<String, Content> found, Map<String, Content> expected) {
        assertThat(found.keySet()).as(when).isEqualTo(expected.keySet());
        assertThat(found).as(when).isEqualTo(expected);
    }

    /** What each run draws anew for new disks. */
    private static final Pattern DRAWN = Pattern.compile("(?m)^(CID=|ddb\\.longContentID = |ddb\\.uuid = )[^\\r\\n]*$");

    private static Content withoutDrawn(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return Content.of(DRAWN.matcher(text).replaceAll("$1any").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All files and folders, without the locks and the half-written journal of a crash, which hold nobody up. */
    private static Map<String, Content> content(MemoryVolume volume) throws IOException {
        Map<String, Content> content = new TreeMap<>();
        for (Path file : volume.files()) {
            String name = file.toString();
            if (!name.contains(".lck") && !name.contains(".vmdisk-lock") && !name.contains(".vmdisk-journal.")) {
                content.put(name, withoutDrawn(volume.bytes(file)));
            }
        }
        volume.folders().stream()
                .filter(folder -> !folder.toString().contains(".lck"))
                .forEach(folder -> content.put(folder.toString(), Content.of(new byte[0])));
        return content;
    }
}
