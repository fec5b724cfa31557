package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GeometryTest {
    @ParameterizedTest
    @CsvSource({
        "0,1,1,64,32",
        "1,1,1,64,32",
        "1008,1,1,64,32",
        "2048,2,1,64,32",
        "1032192,1024,504,64,32",
        "2097151,2080,1023,64,32",
        "2097152,2080,512,128,32",
        "4194303,4161,1023,128,32",
        "4194304,4161,261,255,63",
        "8388608,8322,522,255,63",
        "16514064,16383,1027,255,63",
        "16777216,16644,1044,255,63",
        "41943040,41610,2610,255,63",
        "83886080,83220,5221,255,63",
        "268435456,266305,16709,255,63",
        "1048576000,1040253,65270,255,63",
        "4294967296,4260880,267349,255,63",
        "137438953472,136348168,8555179,255,63"
    })
    void followsTheTable(long sectors, long ide, long scsi, long heads, long perTrack) {
        assertThat(Geometry.of(AdapterType.IDE, sectors, 7)).isEqualTo(new Geometry(ide, 16, 63));
        assertThat(Geometry.of(AdapterType.IDE, sectors, 6)).isEqualTo(new Geometry(Math.min(ide, 16383), 16, 63));
        assertThat(Geometry.of(AdapterType.LSILOGIC, sectors, 7)).isEqualTo(new Geometry(scsi, heads, perTrack));
    }

    @ParameterizedTest
    @EnumSource(
            value = AdapterType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"IDE"})
    void isTheSameForAllOtherAdapters(AdapterType adapter) {
        assertThat(Geometry.of(adapter, 83886080, 21)).isEqualTo(new Geometry(5221, 255, 63));
    }

    @ParameterizedTest
    @CsvSource({
        "0,1,16",
        "1032192,1024,16",
        "1032193,512,32",
        "2064384,1024,32",
        "2064385,512,64",
        "4128768,1024,64",
        "4128769,512,128",
        "8257536,1024,128",
        "8257537,514,255",
        "9223372036854775807,1024,255"
    })
    void findsWhatABiosCanAddress(long sectors, long cylinders, long heads) {
        assertThat(Geometry.bios(sectors)).isEqualTo(new Geometry(cylinders, heads, 63));
    }

    @Test
    void keepsHeadsAndSectorsWhenResized() {
        assertThat(new Geometry(10, 64, 32).resized(4194304)).isEqualTo(new Geometry(2048, 64, 32));
        assertThatIllegalArgumentException().isThrownBy(() -> new Geometry(0, 0, 0).resized(1));
    }

    @Test
    void refusesNegativeParts() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Geometry(-1, 1, 1));
    }
}
