package io.vmdisk.descriptor.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.files.DiskFileName.Role;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskNamesTest {
    @Test
    void namesAllFiles() {
        assertThat(DiskNames.descriptor("web")).isEqualTo("web.vmdk");
        assertThat(DiskNames.flat("web")).isEqualTo("web-flat.vmdk");
        assertThat(DiskNames.flatPart("web", 1)).isEqualTo("web-f001.vmdk");
        assertThat(DiskNames.sparsePart("web", 10)).isEqualTo("web-s010.vmdk");
        assertThat(DiskNames.sparsePart("web", 1025)).isEqualTo("web-s1025.vmdk");
        assertThat(DiskNames.delta("web-000001")).isEqualTo("web-000001-delta.vmdk");
        assertThat(DiskNames.seSparse("web-000001")).isEqualTo("web-000001-sesparse.vmdk");
        assertThat(DiskNames.changeTracking("web")).isEqualTo("web-ctk.vmdk");
        assertThat(DiskNames.rawDeviceMap("web")).isEqualTo("web-rdm.vmdk");
        assertThat(DiskNames.passthroughRawDeviceMap("web")).isEqualTo("web-rdmp.vmdk");
        assertThat(DiskNames.snapshotStem("web", 12)).isEqualTo("web-000012");
        assertThatIllegalArgumentException().isThrownBy(() -> DiskNames.flatPart("web", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DiskNames.snapshotStem("web", 1_000_000));
    }

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE,web.vmdk",
        "STREAM_OPTIMIZED,web.vmdk",
        "MONOLITHIC_FLAT,web-flat.vmdk",
        "VMFS,web-flat.vmdk",
        "TWO_GB_FLAT,web-f001.vmdk",
        "TWO_GB_SPARSE,web-s001.vmdk",
        "VMFS_SPARSE,web-delta.vmdk",
        "SE_SPARSE,web-sesparse.vmdk",
        "RAW_DEVICE_MAP,web-rdm.vmdk",
        "PASSTHROUGH_RAW_DEVICE_MAP,web-rdmp.vmdk"
    })
    void namesTheDataOfEveryType(CreateType type, String name) {
        assertThat(DiskNames.data("web", type)).isEqualTo(name);
    }

    @Test
    void takesTheSmallestFreeSnapshotName() {
        Set<String> taken = Set.of("web-000001.vmdk", "web-000002.vmdk", "web-000004.vmdk");

        assertThat(DiskNames.nextSnapshotStem("web", taken::contains)).isEqualTo("web-000003");
        assertThat(DiskNames.nextSnapshotStem("db", taken::contains)).isEqualTo("db-000001");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> DiskNames.nextSnapshotStem("web", name -> true));
    }

    @ParameterizedTest
    @CsvSource({
        "web.vmdk,web,0,DESCRIPTOR,0",
        "WEB.VMDK,WEB,0,DESCRIPTOR,0",
        "web_1.vmdk,web_1,0,DESCRIPTOR,0",
        ".vmdk,.vmdk,0,DESCRIPTOR,0",
        "web,web,0,DESCRIPTOR,0",
        "web-flat.vmdk,web,0,FLAT,0",
        "web-000003.vmdk,web,3,DESCRIPTOR,0",
        "web-000003-delta.vmdk,web,3,DELTA,0",
        "web-000003-sesparse.vmdk,web,3,SE_SPARSE,0",
        "web-000003-ctk.vmdk,web,3,CHANGE_TRACKING,0",
        "web-000003-s001.vmdk,web,3,SPARSE_PART,1",
        "web-s1025.vmdk,web,0,SPARSE_PART,1025",
        "web-f001.vmdk,web,0,FLAT_PART,1",
        "web-f01.vmdk,web-f01,0,DESCRIPTOR,0",
        "web-s00a.vmdk,web-s00a,0,DESCRIPTOR,0",
        "web-f000.vmdk,web-f000,0,DESCRIPTOR,0",
        "web-f0000001.vmdk,web-f0000001,0,DESCRIPTOR,0",
        "web-rdm.vmdk,web,0,RAW_DEVICE_MAP,0",
        "web-rdmp.vmdk,web,0,PASSTHROUGH_RAW_DEVICE_MAP,0",
        "web-pt.vmdk,web,0,PARTITION_TABLE,0",
        "web-000000.vmdk,web-000000,0,DESCRIPTOR,0",
        "web-00003.vmdk,web-00003,0,DESCRIPTOR,0",
        "web-1000003.vmdk,web-1000003,0,DESCRIPTOR,0",
        "a-b-000001.vmdk,a-b,1,DESCRIPTOR,0",
        "-000001.vmdk,-000001,0,DESCRIPTOR,0",
        "-flat.vmdk,-flat,0,DESCRIPTOR,0",
        "web-.vmdk,web-,0,DESCRIPTOR,0"
    })
    void splitsNames(String fileName, String base, int snapshot, Role role, int part) {
        assertThat(DiskFileName.parse(fileName)).isEqualTo(new DiskFileName(base, snapshot, role, part));
    }

    @Test
    void findsTheDescriptorOfAFile() {
        assertThat(DiskFileName.parse("web-000003-delta.vmdk").descriptor()).isEqualTo("web-000003.vmdk");
        assertThat(DiskFileName.parse("web-s004.vmdk").descriptor()).isEqualTo("web.vmdk");
    }
}
