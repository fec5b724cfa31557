package io.vmdisk.cli.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "512,512",
        "64k,65536",
        "64K,65536",
        "20G,21474836480",
        "1.5T,1649267441664",
        "4096s,2097152",
        "20GiB,21474836480",
        "1m,1048576",
        "1P,1125899906842624",
        "7E,8070450532247928832",
        "512b,512",
        "0.5k,512",
        "9223372036854775807,9223372036854775807",
        "1.50k,1536",
        "00012,12"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "k",
                "-1",
                "+1",
                "1.",
                ".5k",
                "1..5k",
                "1.2.3",
                "1x",
                "1kk",
                "1 k",
                "0x10",
                "1e3",
                "1bb",
                "1ss",
                "1sib",
                "\u0661",
                "1iB",
                "20GB",
                "5mb",
                "11111111111111111111111111111111111111111"
            })
    void refusesWhatIsNoSize(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessageContaining("not a size");
    }

    @Test
    void refusesPartsOfABytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse("0.3k"))
                .withMessage("'0.3k' is not a whole number of bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8E", "9223372036854775808", "99999999999999999999T", "18014398509481984s"})
    void refusesWhatDoesNotFit(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse(text))
                .withMessageEndingWith("is more than 9223372036854775807 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 bytes",
        "1,1 byte",
        "1023,1023 bytes",
        "1024,1 KiB",
        "1536,1.5 KiB",
        "1075,1.04 KiB",
        "10485760,10 MiB",
        "1099511627776,1 TiB",
        "1649267441664,1.5 TiB",
        "1048575,1023.99 KiB",
        "9223372036854775807,7.99 EiB"
    })
    void printsWhatPeopleRead(long bytes, String text) {
        assertThat(ByteSize.print(bytes)).isEqualTo(text);
    }

    @Test
    void printsExactlyWherePrecisionCounts() {
        assertThat(ByteSize.printExact(10485760)).isEqualTo("10 MiB (10485760 bytes)");
        assertThat(ByteSize.printExact(100)).isEqualTo("100 bytes");
    }

    @Property(tries = 300, seed = "41")
    void readsBackEveryNumberOfBytes(@ForAll @LongRange(min = 0) long bytes) {
        assertThat(ByteSize.parse(Long.toString(bytes))).isEqualTo(bytes);
    }
}
