package io.vmdisk.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class VmFolderProperties {
    private static final List<String> NAMES =
            List.of("web01.vmx", "web01.vmsd", "web01.vmdk", "web01-000001.vmdk", "web01-Snapshot1.vmsn", "vmware.log");

    @Property(tries = 300, seed = "815")
    void damageOfAnyFileEndsInOurErrorsOrFindings(
            @ForAll @IntRange(max = 5) int file,
            @ForAll @IntRange(max = 200) int at,
            @ForAll @Size(min = 1, max = 30) byte[] noise)
            throws IOException {
        try (Machine vm = Machine.withOneSnapshot()) {
            Path path = vm.folder.resolve(NAMES.get(file));
            byte[] bytes = Files.readAllBytes(path);
            for (int i = 0; i < noise.length && at + i < bytes.length; i++) {
                bytes[at + i] = noise[i];
            }
            vm.bytes(NAMES.get(file), bytes);
            try {
                VmFolder folder = vm.read();
                assertThat(folder.files()).hasSize(10);
                assertThat(folder.power(Machine.NOW).state()).isNotNull();
            } catch (VmdiskException e) {
                assertThat(e.code()).isNotEmpty();
            }
        }
    }
}
