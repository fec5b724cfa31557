package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a {@code .vmx}, a {@code .vmsd}, descriptors and links in a folder say, no command changes a byte or a name
 * outside it.
 */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class HostileFolderTest {
    private static final int CAPACITY = 1 << 20;

    @TempDir
    Path top;

    /** Every file but those of the folder, with its content and rights. */
    private Map<String, String> outside(Path vm) throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.filter(path -> !path.startsWith(vm)).toList()) {
                boolean plain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
                state.put(
                        file.toString(),
                        Files.getPosixFilePermissions(file)
                                + (plain ? " " + Arrays.hashCode(Files.readAllBytes(file)) : ""));
            }
        }
        return state;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void noCommandChangesAnythingOutsideTheFolder(int seed) throws IOException {
        Random random = new Random(seed);
        Path vm = Files.createDirectory(top.resolve("vm"));
        Path victims = Files.createDirectory(top.resolve("victims"));
        byte[] bytes = new byte[CAPACITY];
        random.nextBytes(bytes);
        for (String name :
                List.of("secret", "secret.vmdk", "secret.nvram", "secret.vmss", "secret.vmsn", "secret.vmx")) {
            Files.write(victims.resolve(name), bytes);
        }
        StagedDisk.createEmpty(
                victims.resolve("base.vmdk"),
                CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY),
                Volume.system(),
                Progress.NONE);
        fill(vm, victims, random);
        Map<String, String> before = outside(vm);

        for (Object[] line : lines(vm)) {
            CommandLineRun run = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> CommandLineRun.of(line));

            String what = seed + " " + Arrays.toString(line) + " " + run.err();
            assertThat(run.exitCode()).as(what).isNotEqualTo(ExitCodes.BUG);
            assertThat(outside(vm)).as(what).isEqualTo(before);
        }
    }

    private static void fill(Path vm, Path victims, Random random) throws IOException {
        List<String> names = List.of(
                "a.vmdk",
                "b.vmdk",
                "a-flat.vmdk",
                "l.vmdk",
                "l-flat.vmdk",
                "sub/secret",
                "sub/secret.vmdk",
                "sub/base.vmdk",
                "../victims/secret",
                "../victims/base.vmdk",
                victims + "/secret",
                victims + "/secret.vmdk",
                victims + "/secret.nvram",
                victims + "/secret.vmss",
                "l.nvram",
                "l.vmss",
                "l.vmsn",
                ".",
                "..",
                "");
        Files.createSymbolicLink(vm.resolve("sub"), victims);
        for (String suffix : List.of(".vmdk", ".nvram", ".vmss", ".vmsn")) {
            Files.createSymbolicLink(vm.resolve("l" + suffix), victims.resolve("secret" + suffix));
        }
        Files.createSymbolicLink(vm.resolve("l-flat.vmdk"), victims.resolve("base-flat.vmdk"));
        StagedDisk.createEmpty(
                vm.resolve("a.vmdk"),
                CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, CAPACITY),
                Volume.system(),
                Progress.NONE);
        StagedDisk.createEmpty(
                vm.resolve("b.vmdk"),
                CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY)
                        .withParent(random.nextInt(3) == 0 ? victims.resolve("base.vmdk") : vm.resolve("a.vmdk")),
                Volume.system(),
                Progress.NONE);
        Files.writeString(
                vm.resolve("a.vmdk"),
                Files.readString(vm.resolve("a.vmdk"))
                        .replace("a-flat.vmdk", random.nextBoolean() ? "a-flat.vmdk" : any(names, random)));
        Files.writeString(vm.resolve("a.vmx"), """
                config.version = "8"
                virtualHW.version = "17"
                displayName = "../%s"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "%s"
                scsi0:1.present = "TRUE"
                scsi0:1.fileName = "%s"
                floppy0.fileType = "file"
                floppy0.fileName = "%s"
                nvram = "%s"
                checkpoint.vmState = "%s"
                extendedConfigFile = "%s"
                workingDir = "%s"
                """.formatted(
                        any(names, random),
                        random.nextBoolean() ? "b.vmdk" : any(names, random),
                        any(names, random),
                        any(names, random),
                        any(names, random),
                        random.nextBoolean() ? "" : any(names, random),
                        any(names, random),
                        any(names, random)));
        Files.writeString(vm.resolve("a.vmdk.orig.undo"), """
                vmdisk.undo = "1"
                number = "1"
                begun = "%s"
                parts = "1"
                part0.file = "%s"
                part0.kept = "%s"
                part0.offset = "%d"
                part0.length = "9"
                part0.size = "%d"
                part0.sha256 = ""
                """.formatted(
                        random.nextBoolean() ? "TRUE" : "FALSE",
                        any(names, random),
                        any(names, random),
                        random.nextBoolean() ? -1 : random.nextLong(),
                        random.nextInt(CAPACITY)));
        if (random.nextInt(3) > 0) {
            Files.writeString(vm.resolve("a.vmsd"), """
                    snapshot.lastUID = "1"
                    snapshot.current = "1"
                    snapshot0.uid = "1"
                    snapshot0.filename = "%s"
                    snapshot0.displayName = "s"
                    snapshot0.type = "1"
                    snapshot0.numDisks = "1"
                    snapshot0.disk0.fileName = "%s"
                    snapshot0.disk0.node = "scsi0:0"
                    snapshot0.clone0 = "%s"
                    snapshot0.numClones = "%d"
                    snapshot.numSnapshots = "1"
                    """.formatted(
                            any(names, random), any(names, random), any(names, random), random.nextInt(2)));
        }
    }

    private static String any(List<String> names, Random random) {
        return names.get(random.nextInt(names.size()));
    }

    private static List<Object[]> lines(Path vm) {
        Path a = vm.resolve("a.vmdk");
        Path b = vm.resolve("b.vmdk");
        return List.of(
                new Object[] {"check", vm},
                new Object[] {"files", vm},
                new Object[] {"vmx", "lint", vm},
                new Object[] {"vmx", "set", vm, "memsize", "64"},
                new Object[] {"snapshot", "create", vm, "t", "--force=suspended", "--force=crashed"},
                new Object[] {"snapshot", "revert", vm, "s", "--force=suspended", "--force=crashed"},
                new Object[] {"consolidate", vm, "--force=suspended", "--force=crashed"},
                new Object[] {"snapshot", "delete-all", vm, "--force=suspended", "--force=crashed", "--force=clones"},
                new Object[] {"repair", vm, "--descriptor", "--force=crashed"},
                new Object[] {"repair", vm, "--cid", "--force=crashed"},
                new Object[] {"repair", vm, "--vmsd", "--force=crashed"},
                new Object[] {"repair", vm, "--tables", "--force=crashed"},
                new Object[] {"rename", vm, "renamed"},
                new Object[] {"clone", vm, vm.resolve("clone"), "--linked"},
                new Object[] {"clone", vm, vm.resolve("full")},
                new Object[] {"template", vm},
                new Object[] {"write", a, "--offset", "0"},
                new Object[] {"unmap", a, "--zero"},
                new Object[] {"resize", a, "2M"},
                new Object[] {"repair", a, "--descriptor"},
                new Object[] {"repair", a, "--undo"},
                new Object[] {"repair", vm, "--undo"},
                new Object[] {"check", "--each", vm},
                new Object[] {"report", vm, "-o", vm.resolve("page.html")},
                new Object[] {"consolidate", "--each", vm, "--force=suspended", "--force=crashed"},
                new Object[] {
                    "convert", b, vm.resolve("s.vmdk"), "-O", "thin", "--salvage", "--lost-map", vm.resolve("m")
                },
                new Object[] {"repair", b, "--salvage", vm.resolve("saved.vmdk")},
                new Object[] {"repair", vm, "--paths", "--map", "ds1=" + vm, "--force=crashed"},
                new Object[] {"snapshot", "create", vm, "u", "--map", "ds1=" + vm, "--force=suspended"},
                new Object[] {"hash", b, "--manifest", vm.resolve("manifest")},
                new Object[] {"hash", b, "--tree", "--shard", "1/2", "-o", vm.resolve("part")},
                new Object[] {"serve", vm, "--stdio"},
                new Object[] {"serve", b, "--stdio", "--write", "--overlay", vm.resolve("overlay.vmdk")},
                new Object[] {"compare", "--changed", "s", "now", vm, "-o", vm.resolve("changed")},
                new Object[] {"map", b, "--image", vm.resolve("map.svg")},
                new Object[] {"read", b, "-o", vm.resolve("bytes")},
                new Object[] {"convert", "--snapshot", "s", vm, vm.resolve("then.vmdk"), "-O", "thin"},
                new Object[] {"convert", "-n", b, a},
                new Object[] {"create", vm.resolve("delta.vmdk"), "-O", "delta", "-b", b},
                new Object[] {"clone", b, vm.resolve("copy.vmdk")},
                new Object[] {"vmx", "unset", vm, "nvram"},
                new Object[] {"vmx", "upgrade", vm, "--hw", "19"},
                new Object[] {"snapshot", "delete", vm, "s", "--force=suspended", "--force=crashed"},
                new Object[] {"repair", vm, "--salvage", vm.resolve("saved")},
                new Object[] {"repair", a, "--leaks"},
                new Object[] {"unmap", b, "--zero", "--compact"},
                new Object[] {"consolidate", b, "--up"},
                new Object[] {"consolidate", b, "--into", vm.resolve("whole.vmdk")},
                new Object[] {"repair", b, "--cid", "--force=cid"},
                new Object[] {"consolidate", b, "--one"},
                new Object[] {"consolidate", b},
                new Object[] {"rebase", b, "--onto", "none"},
                new Object[] {"recover", vm},
                new Object[] {"rename", b, "c.vmdk", "--force=in-use"},
                new Object[] {"remove", vm.resolve("c.vmdk"), "--force=in-use"},
                new Object[] {"remove", a, "--force=in-use"});
    }
}
