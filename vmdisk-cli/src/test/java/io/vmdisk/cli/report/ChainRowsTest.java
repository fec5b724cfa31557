package io.vmdisk.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.CommandLineRun;
import io.vmdisk.cli.answer.DiskInfo;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.disk.OpenOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainRowsTest {
    @TempDir
    Path folder;

    private void make(String name, Object... rest) {
        Object[] words = new Object[rest.length + 2];
        words[0] = "create";
        words[1] = folder.resolve(name);
        System.arraycopy(rest, 0, words, 2, rest.length);
        assertThat(CommandLineRun.of(words).exitCode()).isZero();
    }

    private Answer<DiskInfo> info(String name) throws Exception {
        return Answer.of(() -> DiskInfo.of(DiskArgument.of(folder.resolve(name)), OpenOptions.readOnly()));
    }

    @Test
    void branchesStandBesideTheLineThatLeadsToThePresent() throws Exception {
        make("base.vmdk", "1M", "-O", "thin");
        make("old.vmdk", "-O", "delta", "-b", folder.resolve("base.vmdk"));
        make("now.vmdk", "-O", "delta", "-b", folder.resolve("base.vmdk"));
        ChainTree tree = new ChainTree();
        tree.add(folder.resolve("now.vmdk"), info("now.vmdk"), "here").markPresent();
        tree.add(folder.resolve("old.vmdk"), info("old.vmdk"), "snapshot");

        assertThat(ChainRows.of(tree).stream().map(row -> row.node().name() + " " + row.lane() + " " + row.parentRow()))
                .containsExactly("base.vmdk 0 -1", "old.vmdk 1 0", "now.vmdk 0 0");
    }
}
