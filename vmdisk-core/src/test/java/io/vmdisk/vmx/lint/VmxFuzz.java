package io.vmdisk.vmx.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.vmx.EncryptedVmx;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A configuration: its lines, its devices, its rules, its key safe. */
public final class VmxFuzz implements FuzzTarget {
    @Override
    public List<byte[]> seeds() throws IOException {
        Path folder =
                Path.of(System.getProperty("vmdisk.testdata", "../testdata")).resolve("vmx");
        return List.of(
                Files.readAllBytes(folder.resolve("esx-hw19.vmx")),
                Files.readAllBytes(folder.resolve("workstation-hw14-gbk.vmx")),
                Files.readAllBytes(folder.resolve("broken-by-hand.vmx")));
    }

    @Override
    public void run(byte[] input) throws IOException {
        Dictionary keys = Dictionary.parse(input, Path.of("a.vmx"));
        VmxFile vmx = VmxFile.of(keys);
        vmx.devices().disks();
        vmx.devices().nics();
        vmx.cpu();
        vmx.memory();
        assertThat(VmxLint.run(vmx, LintContext.NONE, LintOptions.DEFAULT)).isNotNull();
        EncryptedVmx.of(vmx);
        keys.set("displayName", "other");
        assertThat(Dictionary.parse(keys.toBytes(), null).get("displayName")).contains("other");
    }
}
