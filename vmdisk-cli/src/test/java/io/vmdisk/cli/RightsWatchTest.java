package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class RightsWatchTest {
    @TempDir
    Path folder;

    @Test
    void tellsOfAnOwnerThatCouldNotBeKeptAndOfNothingElse() throws IOException {
        Path changed = Files.writeString(folder.resolve("a.vmx"), "a");
        Path same = Files.writeString(folder.resolve("a.vmsd"), "a");
        Needs.require(Files.getAttribute(folder, "unix:uid").equals(0), "root, who may give files away");
        RightsWatch watch = RightsWatch.over(Volume.system(), List.of(changed, same, folder.resolve("gone")));
        assertThat(watch.lost()).isEmpty();

        Files.setAttribute(changed, "unix:uid", 4242);

        assertThat(watch.lost())
                .hasSize(1)
                .first()
                .asString()
                .startsWith(changed.toString())
                .contains("could not be kept", "4242");
    }

    @Test
    void watchesTheDescriptorsThatAPlanEditsAndThoseOfDisksThatAreChanged() throws IOException {
        Path disk = Files.writeString(folder.resolve("a.vmdk"), "a");
        Needs.require(Files.getAttribute(folder, "unix:uid").equals(0), "root, who may give files away");
        Step edit = new EditDescriptor(disk, DescriptorEdit.files(Map.of("a", "b")));
        RightsWatch ofPlan =
                RightsWatch.over(Volume.system(), new Plan("edit", folder, List.of(), List.of(edit), List.of()));
        RightsWatch ofDisk = RightsWatch.over(disk);
        assertThat(ofPlan.lost()).isEmpty();

        Files.setAttribute(disk, "unix:gid", 4242);

        assertThat(ofPlan.lost()).hasSize(1).isEqualTo(ofDisk.lost());
    }
}
