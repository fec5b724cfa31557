package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Copies and merges on real file systems whose files can stand on the same blocks, mounted by a loop device: what comes out
 * is what qemu-img reads from the source, and where this JDK can ask for it next to nothing is newly stored.
 *
 * <p>Only root can mount: elsewhere the test is skipped and says so.
 */
@Tag("long")
@Tag("newer-jdk")
class SharedBlocksIT {
    private static final int BYTES = 24 << 20;
    /** Tables, and what a file system writes for itself. */
    private static final long NEXT_TO_NOTHING = 5 << 20;

    private static final boolean CAN_SHARE = Runtime.version().feature() >= 22;

    @TempDir
    Path folder;

    private Path mounted;

    private enum Store {
        XFS,
        BTRFS
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void whatACopyOrAMergeNeedNotMoveIsShared(Store store) throws Exception {
        Qemu.assumePresent();
        mount(store);
        Path raw = mounted.resolve("source.raw");
        Files.write(raw, Patterns.random(3, BYTES));

        for (String format : List.of("raw", "monolithicFlat", "monolithicSparse", "seSparse")) {
            Path made = mounted.resolve(format + ".vmdk");
            assertStoresNextToNothing(store + " " + format, "convert", "raw:" + raw, made, "-O", format, "-q");
            if (format.equals("seSparse")) {
                Path back = mounted.resolve("back.raw");
                assertStoresNextToNothing(store + " back", "convert", made, back, "-O", "raw", "-q");
                assertThat(Files.mismatch(raw, back)).isEqualTo(-1);
            } else {
                String kind = format.equals("raw") ? "raw" : "vmdk";
                call("qemu-img", "compare", "-f", "raw", "-F", kind, raw.toString(), made.toString());
            }
        }

        assertTellsWhatIsShared(store, mounted.resolve("monolithicFlat.vmdk"));

        Path image = mounted.resolve("image.qcow2");
        assertStoresNextToNothing(store + " qcow2", "convert", "raw:" + raw, image, "-O", "qcow2", "-q");
        call("qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw.toString(), image.toString());

        Path base = mounted.resolve("monolithicSparse.vmdk");
        Path top = mounted.resolve("top.vmdk");
        Path changed = mounted.resolve("changed.raw");
        Files.write(changed, Patterns.random(4, BYTES));
        vmdisk("create", top, "-b", base, "-O", "monolithicSparse", "-q");
        vmdisk("write", top, "--offset", "0", "-i", changed, "-q");
        assertStoresNextToNothing(store + " merge", "consolidate", top, "-q");
        call("qemu-img", "compare", "-f", "raw", "-F", "vmdk", changed.toString(), base.toString());
        vmdisk("check", base, "-q");
        aDiskBecomesItsOwnAndShrinks(store, base, changed);
    }

    private void assertTellsWhatIsShared(Store store, Path disk) throws Exception {
        Map<?, ?> told = (Map<?, ?>) JsonValue.parse(vmdisk("info", "--shared", "--json", disk));
        if (CAN_SHARE) {
            assertThat(((Number) told.get("shared")).longValue())
                    .as(store + " shared")
                    .isBetween((long) BYTES, ((Number) told.get("allocated")).longValue());
        } else {
            assertThat(told.get("shared")).as(store + " shared").isNull();
        }
    }

    private void aDiskBecomesItsOwnAndShrinks(Store store, Path base, Path content) throws Exception {
        Path own = mounted.resolve("own.vmdk");
        vmdisk("create", own, "-b", base, "-O", "monolithicSparse", "-q");
        assertStoresNextToNothing(store + " rebase", "rebase", own, "--onto", "none", "-q");
        call("qemu-img", "compare", "-f", "raw", "-F", "vmdk", content.toString(), own.toString());

        Path zeros = Files.write(mounted.resolve("zeros.raw"), new byte[BYTES / 3]);
        vmdisk("write", own, "--offset", "0", "-i", zeros, "-q");
        assertStoresNextToNothing(store + " compact", "unmap", own, "--zero", "--compact", "-q");
        vmdisk("check", own, "-q");
        assertThat(Files.size(own)).isLessThan(BYTES - BYTES / 3 + NEXT_TO_NOTHING);
    }

    private void assertStoresNextToNothing(String what, Object... words) throws Exception {
        long before = free();
        vmdisk(words);
        if (CAN_SHARE) {
            assertThat(before - free()).as(what).isLessThan(NEXT_TO_NOTHING);
        }
    }

    /** The packaged jars, which alone have what newer JDKs can do, on the JDK of this test. */
    private String vmdisk(Object... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(ProcessRun.ROOT.resolve("vmdisk").toString()));
        for (Object word : words) {
            command.add(word.toString());
        }
        Map<String, String> environment = Map.of("VMDISK_CACHE", "none", "JAVA_HOME", System.getProperty("java.home"));
        ProcessRun run = ProcessRun.of(folder, environment, command);
        assertThat(run.exitCode()).as(command + run.out() + run.err()).isZero();
        return run.out();
    }

    private long free() throws Exception {
        call("sync", "-f", mounted.toString());
        return Files.getFileStore(mounted).getUnallocatedSpace();
    }

    private void mount(Store store) throws Exception {
        String type = store.name().toLowerCase(Locale.ROOT);
        Path image = folder.resolve("image");
        call("truncate", "-s", "400M", image.toString());
        List<String> formatting = new ArrayList<>(List.of("mkfs." + type, "-q", "-f", image.toString()));
        ProcessRun formatted;
        try {
            formatted = ProcessRun.of(folder, Map.of(), formatting);
        } catch (IOException e) {
            formatted = new ProcessRun(127, "", "no " + formatting.get(0));
        }
        assumeThat(formatted.exitCode()).as(formatted.err()).isZero();
        Path at = Files.createDirectories(folder.resolve("mounted"));
        ProcessRun mounting = ProcessRun.of(
                folder, Map.of(), List.of("mount", "-t", type, "-o", "loop", image.toString(), at.toString()));
        assumeThat(mounting.exitCode())
                .as("not run: " + mounting.err() + " (root must be able to mount)")
                .isZero();
        mounted = at;
    }

    private void call(String... words) throws Exception {
        ProcessRun run = ProcessRun.of(folder, Map.of(), List.of(words));
        assertThat(run.exitCode())
                .as(String.join(" ", words) + run.out() + run.err())
                .isZero();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            call("umount", mounted.toString());
        }
    }
}
