package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the documentation of {@code .vmsd} and {@code .vmx} demands of every state, read from the texts as they are: blocks
 * without gaps, names that are unique, disks that exist, nothing left over. It shares no code with our readers.
 */
final class DocumentedState {
    private static final Pattern LINE = Pattern.compile("(?m)^(\\S+) = \"(.*)\"$");
    private static final Pattern BLOCK = Pattern.compile("snapshot(\\d+)\\.(.*)");
    private static final Set<String> GLOBAL = Set.of(
            ".encoding", "snapshot.lastUID", "snapshot.current", "snapshot.numSnapshots", "snapshot.needConsolidate");
    private static final Set<String> OF_A_SNAPSHOT = Set.of(
            "uid",
            "filename",
            "parent",
            "displayName",
            "description",
            "type",
            "createTimeHigh",
            "createTimeLow",
            "numDisks");

    private final Vm vm;
    private final String when;
    /** What the machine's files are called by now. */
    private final String stem;

    private final Map<String, String> list;

    private DocumentedState(Vm vm, String when) throws IOException {
        this.vm = vm;
        this.when = when;
        this.stem = vm.files().stream()
                .filter(name -> name.endsWith(".vmx"))
                .map(name -> name.substring(0, name.length() - ".vmx".length()))
                .findFirst()
                .orElseThrow();
        this.list = vm.has(stem + ".vmsd") ? entries(vm.text(stem + ".vmsd")) : Map.of();
    }

    /** Checks a machine against the snapshots and the parent of the present state that it must have. */
    static void verify(Vm vm, Map<Long, ModelVm.State> snapshots, long current, String when) throws IOException {
        DocumentedState state = new DocumentedState(vm, when);
        state.verifyGlobals(snapshots, current);
        Set<String> frozen = state.verifyBlocks(snapshots);
        state.verifyDisks(frozen);
    }

    private static Map<String, String> entries(String text) {
        Map<String, String> entries = new TreeMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            assertThat(entries.put(line.group(1), line.group(2)))
                    .as(line.group(1))
                    .isNull();
        }
        return entries;
    }

    private void verifyGlobals(Map<Long, ModelVm.State> snapshots, long current) {
        assertThat(Long.parseLong(list.getOrDefault("snapshot.numSnapshots", "0")))
                .as(when)
                .isEqualTo(snapshots.size());
        assertThat(Long.parseLong(list.getOrDefault("snapshot.current", "0")))
                .as(when)
                .isEqualTo(current);
        long last = Long.parseLong(list.getOrDefault("snapshot.lastUID", "0"));
        assertThat(snapshots.keySet()).as(when).allMatch(uid -> uid <= last);
    }

    /** Returns the disks that snapshots froze. */
    private Set<String> verifyBlocks(Map<Long, ModelVm.State> snapshots) {
        Set<String> frozen = new HashSet<>();
        Set<Long> uids = new HashSet<>();
        for (Map.Entry<String, String> entry : list.entrySet()) {
            Matcher block = BLOCK.matcher(entry.getKey());
            if (!block.matches()) {
                assertThat(GLOBAL).as(when).contains(entry.getKey());
                continue;
            }
            assertThat(Integer.parseInt(block.group(1))).as(when).isLessThan(snapshots.size());
            boolean numbered = block.group(2).matches("disk\\d+\\.(fileName|node)|clone\\d+|numClones");
            assertThat(numbered || OF_A_SNAPSHOT.contains(block.group(2)))
                    .as(when + ": " + entry.getKey())
                    .isTrue();
            if (block.group(2).endsWith(".fileName")) {
                assertThat(frozen.add(entry.getValue())).as(when + ": " + entry).isTrue();
            }
        }
        for (int i = 0; i < snapshots.size(); i++) {
            long uid = Long.parseLong(list.get("snapshot" + i + ".uid"));
            assertThat(uids.add(uid)).as(when).isTrue();
            long parent = snapshots.get(uid).parent();
            assertThat(list.get("snapshot" + i + ".parent")).as(when).isEqualTo(parent == 0 ? null : "" + parent);
            assertThat(list.get("snapshot" + i + ".filename")).as(when).isEqualTo(stem + "-Snapshot" + uid + ".vmsn");
            assertThat(list.get("snapshot" + i + ".numDisks"))
                    .as(when)
                    .isEqualTo("" + snapshots.get(uid).disks().size());
        }
        assertThat(uids).as(when).isEqualTo(snapshots.keySet());
        return frozen;
    }

    /** The present state writes to disks that no snapshot froze; every descriptor serves a state, or the list says so. */
    private void verifyDisks(Set<String> frozen) throws IOException {
        List<String> active = entries(vm.text(stem + ".vmx")).entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".fileName"))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(active).as(when).doesNotHaveDuplicates().noneMatch(frozen::contains);
        List<String> tops = new ArrayList<>(active);
        tops.addAll(frozen);
        Set<Path> needed = new HashSet<>();
        for (String top : tops) {
            DiskChain chain = DiskChain.of(
                    vm.folder().resolve(top), OpenOptions.readOnly().withVolume(vm.volume()));
            assertThat(chain.isWhole()).as(when + ": " + top).isTrue();
            for (DiskLink link : chain.links()) {
                needed.addAll(link.files());
            }
        }
        for (String file : vm.files()) {
            if (file.endsWith(".vmdk") && !"TRUE".equals(list.get("snapshot.needConsolidate"))) {
                assertThat(needed).as(when + ": left over").contains(vm.folder().resolve(file));
            }
        }
    }
}
