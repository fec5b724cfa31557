package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskFormat;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots as the chains alone show them: a point for each state that something was built on. */
class PointTreeTest {
    private Patient vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = new Patient(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    private PointTree tree() throws IOException {
        vm.text("web01.vmsd", "");
        return PointTree.of(vm.open(), List.of());
    }

    /** {@code disks<parent's disks}, a line for each point. */
    private static String shape(PointTree tree) {
        return tree.points().stream()
                .map(point -> point + (point.parent() == null ? "" : " on " + point.parent()))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void withoutLinksThereIsNoPoint() throws IOException {
        PointTree tree = tree();

        assertThat(tree.points()).isEmpty();
        assertThat(tree.current()).isNull();
    }

    @Test
    void eachStepDownAChainIsASnapshotOfAllDisks() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");

        PointTree tree = tree();

        assertThat(shape(tree)).isEqualTo("""
                [web01.vmdk, web01_1.vmdk]
                [web01-000001.vmdk, web01_1-000001.vmdk] on [web01.vmdk, web01_1.vmdk]""");
        assertThat(tree.current()).hasToString("[web01-000001.vmdk, web01_1-000001.vmdk]");
        assertThat(tree.forks()).isEmpty();
    }

    @Test
    void linksBesideThePresentStateAreTheEndsOfOtherBranches() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");
        vm.revert(1);

        PointTree tree = tree();

        assertThat(tree.current()).hasToString("[web01.vmdk, web01_1.vmdk]");
        assertThat(shape(tree)).isEqualTo("""
                [web01.vmdk, web01_1.vmdk]
                [web01-000001.vmdk, web01_1-000001.vmdk] on [web01.vmdk, web01_1.vmdk]""");
        assertThat(tree.forks()).extracting(Object::toString).containsExactly("[web01.vmdk, web01_1.vmdk]");
    }

    @Test
    void aDiskThatWasWrittenToUnderItsLinkTellsNoStory() throws IOException {
        vm.snapshot("one");
        vm.edit("web01.vmx", "\"web01-000001.vmdk\"", "\"web01.vmdk\"");

        assertThatThrownBy(this::tree)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("although web01-000001.vmdk stands on it");
    }

    @Test
    void aMissingParentLeavesTheChainUnknown() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");
        vm.delete("web01-000001.vmdk");

        assertThatThrownBy(this::tree).isInstanceOf(UnsafeStateException.class);
    }
}
