package io.vmdisk.charset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VmwareCharsetsTest {
    @ParameterizedTest
    @CsvSource({
        "UTF-8,UTF-8",
        "utf_8,UTF-8",
        "windows-65001,UTF-8",
        "windows-1252,windows-1252",
        "ibm-5348_P100-1997,windows-1252",
        "ibm-05348_P100-1997,windows-1252",
        "windows-949-2000,x-windows-949",
        "ks_c_5601-1987,x-windows-949",
        "EUC-KR,x-windows-949",
        "ibm-943_P15A-2003,windows-31j",
        "Shift_JIS,windows-31j",
        "GBK,GBK",
        "windows-936-2000,x-mswin-936",
        "ibm-1386_P100-2001,x-mswin-936",
        "Big5,x-windows-950",
        "windows-950-2000,x-windows-950",
        "gb18030,GB18030",
        "ibm-5347_P100-1998,windows-1251",
        "ibm-9448_X100-2005,windows-1256",
        "windows-874-2000,x-windows-874",
        "ibm-878_P100-1996,KOI8-R",
        "macos-0_2-10.2,x-MacRoman",
        "euc-jp-2007,EUC-JP",
        "x-MacIceland,x-MacIceland"
    })
    void namesMeanWhatTheyMeanToIcu(String name, String charset) {
        assertThat(VmwareCharsets.find(name)).contains(Charset.forName(charset));
    }

    @Test
    void noNameMeansNothing() {
        for (String name : List.of("", "-", "klingon", "windows-", "\u00E9", "a b", "x".repeat(100_000))) {
            assertThat(VmwareCharsets.find(name)).as(name).isEmpty();
        }
    }

    @Test
    void koreanNamesAreReadAsKoreanWorkstationWritesThem() {
        byte[] written = {(byte) 0xB0, (byte) 0xA1, (byte) 0xBB, (byte) 0xF3};

        assertThat(new String(written, VmwareCharsets.find("windows-949-2000").orElseThrow()))
                .isEqualTo("\uAC00\uC0C1");
    }

    @Test
    void whatIsWrittenIsUnderstood() {
        for (Charset charset : Charset.availableCharsets().values()) {
            Charset again = VmwareCharsets.find(VmwareCharsets.nameOf(charset)).orElseThrow();
            assertThat(new String(StandardCharsets.US_ASCII.encode("a").array(), again))
                    .isNotEmpty();
        }
    }

    @Property(tries = 300)
    void anyNameIsKnownOrNot(@ForAll String name) {
        assertThat(VmwareCharsets.find(name))
                .satisfiesAnyOf(
                        found -> assertThat(found).isEmpty(),
                        found -> assertThat(found).isPresent());
    }
}
