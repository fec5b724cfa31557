package io.vmdisk.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmxUpgradeTest {
    private static VmxFile vmx(String text) throws IOException {
        return VmxFile.of(Dictionary.parse(text.getBytes(StandardCharsets.UTF_8), null));
    }

    @Test
    void changesTheVersionAndNothingElse() throws IOException {
        VmxFile vmx = vmx("# mine\r\nvirtualHW.version = 13 # old\r\nmemSize = \"64\"\r\n");

        assertThat(VmxUpgrade.raise(vmx, 17)).isEqualTo(13);

        assertThat(vmx.dictionary().toBytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("# mine\r\nvirtualHW.version = \"17\" # old\r\nmemSize = \"64\"\r\n");
    }

    @Test
    void leavesAMachineThatHasTheVersion() throws IOException {
        VmxFile vmx = vmx("virtualHW.version = \"17\"\n");

        assertThat(VmxUpgrade.raise(vmx, 17)).isEqualTo(17);
        assertThat(vmx.dictionary().isChanged()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "17,'virtualHW.version = \"19\"',unsafe.downgrade",
        "5,'virtualHW.version = \"4\"',unsupported.hardware-version",
        "99,'virtualHW.version = \"4\"',unsupported.hardware-version",
        "17,'virtualHW.version = \"x\"',malformed.vmx",
        "17,'a = \"x\"',malformed.vmx",
        "17,'virtualHW.version = \"13\"|checkpoint.vmState = \"a.vmss\"',unsafe.suspended",
        "17,'virtualHW.version = \"13\"|cleanShutdown = \"FALSE\"',unsafe.running",
        "17,'virtualHW.version = \"13\"|numvcpus = \"300\"',limit.hardware-version",
        "11,'virtualHW.version = \"10\"|nvme0.present = \"TRUE\"',limit.hardware-version"
    })
    void refusesWhatWouldNotStart(long wanted, String text, String code) throws IOException {
        VmxFile vmx = vmx(text.replace('|', '\n'));

        assertThatThrownBy(() -> VmxUpgrade.raise(vmx, wanted))
                .isInstanceOfAny(
                        UnsafeStateException.class,
                        UnsupportedFeatureException.class,
                        MalformedFileException.class,
                        LimitExceededException.class)
                .extracting(e -> ((VmdiskException) e).code())
                .isEqualTo(code);
        assertThat(vmx.dictionary().isChanged()).isFalse();
    }

    @Test
    void saysWhatIsTooMuch() throws IOException {
        VmxFile vmx = vmx("virtualHW.version = \"13\"\nnumvcpus = \"300\"\nmemSize = \"7000000\"\n");

        assertThatThrownBy(() -> VmxUpgrade.raise(vmx, 17))
                .hasMessageContaining("numvcpus: 300 processors, at most 256")
                .hasMessageContaining("memSize: 7000000 MiB");
    }
}
