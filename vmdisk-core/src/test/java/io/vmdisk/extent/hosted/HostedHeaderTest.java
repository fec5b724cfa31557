package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostedHeaderTest {
    private static final Path FILE = Path.of("d.vmdk");
    private static final long AT = 1024;

    /** The header of a 1 GiB disk with every field different from all others. */
    private static ByteBuffer sector() {
        byte[] bytes = new byte[512];
        new Random(7).nextBytes(bytes);
        return ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, new byte[] {'K', 'D', 'M', 'V'})
                .putInt(4, 2)
                .putInt(8, 0x30007)
                .putLong(12, 2_097_152)
                .putLong(20, 64)
                .putLong(28, 1)
                .putLong(36, 20)
                .putInt(44, 256)
                .putLong(48, 21)
                .putLong(56, 303)
                .putLong(64, 640)
                .put(72, (byte) 1)
                .put(73, new byte[] {'\n', ' ', '\r', '\n'})
                .putShort(77, (short) 1);
    }

    private static HostedHeader parse(ByteBuffer sector) throws IOException {
        return HostedHeader.parse(sector, FILE, AT);
    }

    private static void refused(ByteBuffer sector, String code, long offset) {
        assertThatThrownBy(() -> parse(sector)).isInstanceOfSatisfying(MalformedFileException.class, e -> {
            assertThat(e.code()).isEqualTo("malformed." + code);
            assertThat(e.offset()).hasValue(offset);
            assertThat(e.file()).contains(FILE);
        });
    }

    private static void unsupported(ByteBuffer sector, String code) {
        assertThatThrownBy(() -> parse(sector))
                .isInstanceOfSatisfying(
                        UnsupportedFeatureException.class,
                        e -> assertThat(e.code()).isEqualTo("unsupported." + code));
    }

    @Test
    void readsEachFieldFromItsPlace() throws IOException {
        HostedHeader header = parse(sector());

        assertThat(header.version()).isEqualTo(2);
        assertThat(header.flags()).isEqualTo(0x30007);
        assertThat(header.capacitySectors()).isEqualTo(2_097_152);
        assertThat(header.grainSectors()).isEqualTo(64);
        assertThat(header.descriptorSector()).isEqualTo(1);
        assertThat(header.descriptorSectors()).isEqualTo(20);
        assertThat(header.entriesPerTable()).isEqualTo(256);
        assertThat(header.redundantDirectorySector()).isEqualTo(21);
        assertThat(header.directorySector()).isEqualTo(303);
        assertThat(header.overheadSectors()).isEqualTo(640);
        assertThat(header.unclean()).isTrue();
        assertThat(header.compression()).isEqualTo(1);
    }

    @Test
    void writesWhatItReadWithTheBytesThatNobodyKnows() throws IOException {
        assertThat(parse(sector()).encode().array()).isEqualTo(sector().array());
        assertThat(parse(sector().put(72, (byte) 0)).encode().get(72)).isZero();
    }

    @Test
    void anEditChangesNothingElse() throws IOException {
        HostedHeader header = parse(sector());

        assertThat(header.withUnclean(false).encode().array())
                .isEqualTo(sector().put(72, (byte) 0).array());
        assertThat(header.withCapacity(4096).encode().array())
                .isEqualTo(sector().putLong(12, 4096).array());
        assertThat(header.withTables(4096, 5, 6).encode().array())
                .isEqualTo(
                        sector().putLong(12, 4096).putLong(48, 5).putLong(56, 6).array());
        assertThat(header.withoutRedundantTables().encode().array())
                .isEqualTo(sector().putInt(8, 0x30005).array());
        HostedHeader plain = parse(sector().putInt(4, 1).putInt(8, 3));
        assertThat(plain.withZeroedGrains().encode().array())
                .isEqualTo(sector().putInt(4, 2).putInt(8, 7).array());
        assertThat(parse(sector().putInt(4, 3)).withZeroedGrains().version()).isEqualTo(3);
    }

    @Test
    void knowsAHeaderByItsFirstFourBytes() {
        ByteBuffer behind =
                ByteBuffer.allocate(9).put(4, new byte[] {'K', 'D', 'M', 'V'}).position(4);

        assertThat(HostedHeader.matches(behind)).isTrue();
        assertThat(HostedHeader.matches(behind.duplicate().limit(8))).isTrue();
        assertThat(HostedHeader.matches(behind.duplicate().limit(7))).isFalse();
        assertThat(HostedHeader.matches(behind.duplicate().position(3))).isFalse();
    }

    @Test
    void refusesAnotherMagicAndOneThatItsWriterLeftUnfinished() {
        refused(sector().put(0, (byte) 'X'), "magic", AT);
        refused(sector().put(0, new byte[] {'k', 'd', 'm', 'v'}), "unfinished", AT);
    }

    @Test
    void takesVersionsOneToThree() throws IOException {
        assertThat(parse(sector().putInt(4, 1)).version()).isEqualTo(1);
        assertThat(parse(sector().putInt(4, 3)).version()).isEqualTo(3);
        unsupported(sector().putInt(4, 0), "hosted-version");
        unsupported(sector().putInt(4, 4), "hosted-version");
    }

    @Test
    void refusesUnknownFlagsOnlyWhereTheyMatter() throws IOException {
        unsupported(sector().putInt(8, 0x40001), "hosted-flags");
        unsupported(sector().putInt(8, 0x80000001), "hosted-flags");
        assertThat(parse(sector().putInt(8, 0x8001)).flags()).isEqualTo(0x8001);
    }

    @ParameterizedTest
    @CsvSource({"73", "74", "75", "76"})
    void noticesATransferInTextModeByEachOfItsMarks(int at) throws IOException {
        refused(sector().put(at, (byte) 'x'), "text-mode", AT + at);
        assertThat(parse(sector().putInt(8, 0x30006).put(at, (byte) 'x')).has(HostedFlags.NEWLINE_CHECK))
                .isFalse();
    }

    @Test
    void boundsTheCapacity() throws IOException {
        assertThat(parse(sector().putLong(12, 1L << 53)).capacitySectors()).isEqualTo(1L << 53);
        assertThat(parse(sector().putLong(12, 0)).capacitySectors()).isZero();
        refused(sector().putLong(12, (1L << 53) + 1), "capacity", AT + 12);
        refused(sector().putLong(12, -1), "capacity", AT + 12);
    }

    @Test
    void takesGrainsThatArePowersOfTwoUpToAGibibyte() throws IOException {
        assertThat(parse(sector().putLong(20, 1)).grainSectors()).isEqualTo(1);
        assertThat(parse(sector().putLong(20, 1 << 21)).grainSectors()).isEqualTo(1 << 21);
        for (long grain : new long[] {0, -1, 3, 1 << 22, Long.MIN_VALUE}) {
            refused(sector().putLong(20, grain), "grain-size", AT + 20);
        }
    }

    @Test
    void takesTablesThatArePowersOfTwoUpTo512Entries() throws IOException {
        assertThat(parse(sector().putInt(44, 1)).entriesPerTable()).isEqualTo(1);
        assertThat(parse(sector().putInt(44, 512)).entriesPerTable()).isEqualTo(512);
        for (int entries : new int[] {0, -1, 3, 1024, Integer.MIN_VALUE}) {
            refused(sector().putInt(44, entries), "table-entries", AT + 44);
        }
    }

    @Test
    void asksForTheCompressionOnlyWhereItIsUsed() throws IOException {
        unsupported(sector().putShort(77, (short) 0), "compression");
        unsupported(sector().putShort(77, (short) -1), "compression");
        assertThat(parse(sector().putInt(8, 3).putShort(77, (short) -1)).compression())
                .isEqualTo(0xFFFF);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 20, 21",
        "0, 20, 1",
        "1, 0, 1",
        "0, 5, 1",
        "5, 0, 1",
        "-1, 20, 1",
        "1, -1, 1",
        "9007199254740992, 20, 1",
        "1, 9007199254740992, 1",
        "9007199254740991, 9007199254740991, 18014398509481982"
    })
    void theDescriptorEndsWhereItsNumbersSayIfTheyCanBeCounted(long sector, long sectors, long end) throws IOException {
        assertThat(parse(sector().putLong(28, sector).putLong(36, sectors)).endOfDescriptor())
                .isEqualTo(end);
    }

    @Test
    void theDiskOfAHeaderIsDividedByItsNumbers() throws IOException {
        var geometry = HostedLayout.geometry(parse(sector()));

        assertThat(geometry.capacityBytes()).isEqualTo(1L << 30);
        assertThat(geometry.grainBytes()).isEqualTo(32768);
        assertThat(geometry.entriesPerTable()).isEqualTo(256);
    }

    @Test
    void tablesAndDirectoryFollowFromTheCapacity() throws VmdiskException {
        HostedLayout even = HostedLayout.of(128 * 512 * 3, 128, 512, FILE);
        HostedLayout partial = HostedLayout.of(128 * 512 * 129 + 1, 128, 512, FILE);

        assertThat(even).isEqualTo(new HostedLayout(3, 1, 4));
        assertThat(partial).isEqualTo(new HostedLayout(130, 2, 4));
        assertThat(partial.copySectors()).isEqualTo(2 + 130 * 4);
        assertThat(partial.freshTable(21, 5)).isEqualTo(21 + 2 + 20);
    }

    @Test
    void refusesMoreTablesThanADirectoryHolds() throws VmdiskException {
        long most = (1L << 25) * 128 * 512;

        assertThat(HostedLayout.of(most, 128, 512, FILE).tables()).isEqualTo(1 << 25);
        assertThatThrownBy(() -> HostedLayout.of(most + 1, 128, 512, FILE)).hasMessageContaining("grain tables");
    }

    @Test
    void boundsNewDisksAndTheirTables() throws VmdiskException {
        HostedLayout.requireCapacity(62L << 31, FILE);
        HostedLayout.requireTables((1L << 32) - 1, FILE);
        assertThatThrownBy(() -> HostedLayout.requireCapacity((62L << 31) + 1, FILE))
                .hasMessageContaining("62 TiB");
        assertThatThrownBy(() -> HostedLayout.requireTables(1L << 32, FILE)).hasMessageContaining("tables");
    }

    @ParameterizedTest
    @CsvSource({
        "0, false",
        "-1, false",
        "1, true",
        "8, true",
        "9, false",
        "10, false",
        "11, false",
        "36028797018963968, false"
    })
    void aDirectoryMustLieInTheFile(long sector, boolean fits) throws IOException {
        HostedLayout layout = new HostedLayout(128, 1, 4);
        HostedHeader header = parse(sector().putLong(56, sector).putLong(48, sector));
        long fileBytes = 9 * 512;

        if (fits) {
            layout.checkFits(header, fileBytes, FILE);
            layout.checkRedundantFits(header, fileBytes, FILE);
        } else {
            assertThatThrownBy(() -> layout.checkFits(header, fileBytes, FILE))
                    .isInstanceOfSatisfying(
                            MalformedFileException.class,
                            e -> assertThat(e.offset()).hasValue(56));
            assertThatThrownBy(() -> layout.checkRedundantFits(header, fileBytes, FILE))
                    .isInstanceOfSatisfying(
                            MalformedFileException.class,
                            e -> assertThat(e.offset()).hasValue(48));
        }
    }

    @Test
    void aDirectoryEndsWithTheFileAtTheLatest() throws IOException {
        HostedLayout layout = new HostedLayout(128, 1, 4);
        HostedHeader header = parse(sector().putLong(56, 8));

        layout.checkFits(header, 9 * 512, FILE);
        assertThatThrownBy(() -> layout.checkFits(header, 9 * 512 - 1, FILE))
                .isInstanceOf(MalformedFileException.class);
    }
}
