package io.vmdisk.cli.report;

import io.vmdisk.check.CheckReport;
import io.vmdisk.cli.answer.LintReport;
import io.vmdisk.cli.answer.MachineInfo;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that a page tells, but for the pictures, which are drawn while it is written.
 *
 * @param subject what was named
 * @param now when it was looked at
 * @param machine the machine; empty for a disk alone
 * @param disks its disks
 * @param check what is wrong
 * @param lint what its configuration could have better; empty for a disk alone
 * @param spaces what could be given back
 * @param costs what merging would cost
 */
record ReportFacts(
        Path subject,
        Instant now,
        Optional<MachineInfo> machine,
        List<DiskFacts> disks,
        Answer<CheckReport> check,
        Optional<Answer<LintReport>> lint,
        List<Space> spaces,
        List<Cost> costs) {
    /** Copies the lists. */
    ReportFacts {
        disks = List.copyOf(disks);
        spaces = List.copyOf(spaces);
        costs = List.copyOf(costs);
    }

    /** What the page is called. */
    String title() {
        return machine.map(info -> info.vmx().displayName())
                .filter(name -> !name.isBlank())
                .orElseGet(() -> String.valueOf(subject.getFileName()));
    }

    /** What could be given back, as far as it is known. */
    long reclaimable() {
        return spaces.stream()
                .mapToLong(space -> space.bytes().value().orElse(0L))
                .reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }
}
