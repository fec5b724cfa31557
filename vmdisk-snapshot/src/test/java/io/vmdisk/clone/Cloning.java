package io.vmdisk.clone;

import io.vmdisk.Progress;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.snapshot.vmsn.CheckpointWriter;
import io.vmdisk.snapshot.vmsn.SnapshotPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Short words for what tests of clones do to the machine web01. */
record Cloning(Vm source) {
    Path beside(String name) {
        return source.folder().resolveSibling(name);
    }

    NewMachine named(String name) {
        return NewMachine.of(beside(name), name);
    }

    Plan plan(CloneRequest request, Consent... consents) throws IOException {
        return new ClonePlanner(source.open(), Vm.NOW, Set.of(consents), new SplittableRandom(7)).plan(request);
    }

    Plan run(CloneRequest request, Consent... consents) throws IOException {
        Plan plan = plan(request, consents);
        new MachineWork(source.volume(), Progress.NONE).execute(source.open(), plan);
        return plan;
    }

    Vm full(String name) throws IOException {
        run(CloneRequest.full(List.of(named(name))));
        return clone(name);
    }

    Vm linked(long uid, String name) throws IOException {
        run(CloneRequest.linked(uid, List.of(named(name))));
        return clone(name);
    }

    Vm clone(String name) {
        return new Vm(source.volume(), beside(name));
    }

    /** Suspends the source as a hosted product does. */
    void suspend() throws IOException {
        byte[] checkpoint = CheckpointWriter.poweredOff(
                Map.of(SnapshotPart.CONFIGURATION, source.text("web01.vmx").getBytes(StandardCharsets.UTF_8)));
        source.volume().replace(source.folder().resolve("web01-1a2b3c4d.vmss"), checkpoint);
        source.put("web01-1a2b3c4d.vmem", "memory");
        source.put("web01.vmx", source.text("web01.vmx") + "checkpoint.vmState = \"web01-1a2b3c4d.vmss\"\n");
    }
}
