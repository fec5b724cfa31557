package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The text of a disk. */
public final class DescriptorFuzz implements FuzzTarget {
    private static final String TEXT = """
            # Disk DescriptorFile
            version=3
            encoding="UTF-8"
            CID=fffffffe
            parentCID=12345678
            createType="vmfsSparse"
            parentFileNameHint="a.vmdk"
            # Extent description
            RW 2048 VMFSSPARSE "a-delta.vmdk"
            RW 2048 FLAT "b.vmdk" 16
            NOACCESS 8 ZERO
            # The Disk Data Base
            ddb.adapterType = "lsilogic"
            ddb.geometry.cylinders = "4"
            ddb.geometry.heads = "16"
            ddb.geometry.sectors = "63"
            ddb.uuid = "60 00 C2 9a 00 00 00 00-00 00 00 00 00 00 00 00"
            changeTrackPath="a-ctk.vmdk"
            """;

    @Override
    public List<byte[]> seeds() {
        return List.of(
                TEXT.getBytes(StandardCharsets.UTF_8),
                TEXT.replace("UTF-8", "GBK").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void run(byte[] input) throws IOException {
        Descriptor descriptor = Descriptor.parse(input, Path.of("a.vmdk"));
        assertThat(descriptor.findings()).isNotNull();
        descriptor.geometry();
        descriptor.adapterType();
        descriptor.hardwareVersion();
        descriptor.parentHint();
        descriptor.ddb();
        assertThat(descriptor.capacitySectors()).isNotNegative();
    }
}
