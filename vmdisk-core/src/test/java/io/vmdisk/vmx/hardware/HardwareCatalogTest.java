package io.vmdisk.vmx.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareCatalogTest {
    private final HardwareCatalog catalog = HardwareCatalog.get();

    @Test
    void knowsEveryVersionButTheFifth() {
        assertThat(catalog.versions())
                .extracting(HardwareVersion::number)
                .containsExactly(3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22);
        assertThat(catalog.version(5)).isEmpty();
        assertThat(catalog.version(Long.MAX_VALUE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "4.0,7,8,255",
        "5.0,8,32,1024",
        "5.1,9,64,1024",
        "5.5,10,64,1024",
        "6.0,11,128,4080",
        "6.5,13,128,6128",
        "6.7,14,128,6128",
        "6.7u2,15,256,6128",
        "7.0,17,256,6128",
        "esxi-7.0 U1,18,768,24560",
        "7.0U3,19,768,24560",
        "ESXi-8.0,20,768,24560",
        "8.0-u2,21,768,24560",
        "9.0,22,960,24560"
    })
    void knowsWhatAReleaseRuns(String name, int hardware, int vcpus, int memoryGib) {
        EsxiRelease release = catalog.release(name).orElseThrow();

        assertThat(release.newestHardware()).isEqualTo(hardware);
        assertThat(release.vcpus()).isEqualTo(vcpus);
        assertThat(release.memoryGib()).isEqualTo(memoryGib);
    }

    @Test
    void namesHostedGenerations() {
        assertThat(catalog.versions().stream()
                        .filter(HardwareVersion::isHostedOnly)
                        .map(HardwareVersion::number))
                .containsExactly(6, 12, 16);
    }

    @Test
    void givesTheProductsOfEachVersion() {
        assertThat(catalog.version(15).orElseThrow().firstEsxi()).contains("6.7 U2");
        assertThat(catalog.version(16).orElseThrow().hosted()).isEqualTo(List.of("Workstation 15", "Fusion 11"));
        assertThat(catalog.version(7).orElseThrow().apiName()).isEqualTo("vmx-07");
        assertThat(catalog.version(19).orElseThrow().apiName()).isEqualTo("vmx-19");
    }

    @Test
    void maximaNeverShrinkFromOneVersionToTheNext() {
        HardwareMaxima before = null;
        for (HardwareVersion version : catalog.versions()) {
            HardwareMaxima now = version.maxima().orElse(null);
            if (before != null && now != null) {
                assertThat(now.vcpus()).isGreaterThanOrEqualTo(before.vcpus());
                assertThat(now.memoryMib()).isGreaterThanOrEqualTo(before.memoryMib());
                assertThat(now.nvmeUnits()).isGreaterThanOrEqualTo(before.nvmeUnits());
                assertThat(now.passthroughDevices()).isGreaterThanOrEqualTo(before.passthroughDevices());
            }
            before = now != null ? now : before;
        }
    }

    @Test
    void everyReleaseRunsAVersionThatItOrAnOlderOneBrought() {
        for (EsxiRelease release : catalog.releases()) {
            assertThat(catalog.version(release.newestHardware()).orElseThrow().isHostedOnly())
                    .isFalse();
            assertThat(release.source()).isNotBlank();
        }
    }

    @Test
    void knowsFromWhenOnDevicesExist() {
        assertThat(catalog.device("NVME").orElseThrow().fromHardware()).isEqualTo(13);
        // vSphere 6.7, "Network Adapter Types": E1000, E1000E, Vlance and VMXNET are offered; of VMXNET 2 course notes
        // say no.
        assertThat(catalog.device("vmxnet2").orElseThrow().notOfferedFrom()).contains("6.7");
        for (String offered : List.of("vlance", "vmxnet", "e1000", "e1000e", "vmxnet3")) {
            assertThat(catalog.device(offered).orElseThrow().notOfferedFrom())
                    .as(offered)
                    .isEmpty();
        }
        assertThat(catalog.device("mem.hotadd").orElseThrow().kind()).isEqualTo(DeviceSupport.Kind.MEMORY);
        assertThat(catalog.devices())
                .allSatisfy(device -> assertThat(device.source()).isNotBlank());
        assertThat(catalog.device("quantum")).isEmpty();
    }
}
