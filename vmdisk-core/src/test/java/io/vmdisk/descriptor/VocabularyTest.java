package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
    @ParameterizedTest
    @EnumSource(
            value = CreateType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNKNOWN"})
    void readsEveryCreateTypeInAnyCase(CreateType type) {
        assertThat(CreateType.of(type.word())).isEqualTo(type);
        assertThat(CreateType.of(type.word().toUpperCase(Locale.ROOT))).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({
        "2GbMaxExtentSparse,TWO_GB_SPARSE",
        "2gbmaxextentflat,TWO_GB_FLAT",
        "vmfsRDM,RAW_DEVICE_MAP",
        "vmfsRDMP,PASSTHROUGH_RAW_DEVICE_MAP",
        "vmfsSeSparse,SE_SPARSE",
        "monolithicDevice,UNKNOWN",
        "'',UNKNOWN"
    })
    void readsOtherSpellings(String word, CreateType type) {
        assertThat(CreateType.of(word)).isEqualTo(type);
    }

    @Test
    void knowsWhereTypesAreMade() {
        assertThat(CreateType.VMFS.isEsxi()).isTrue();
        assertThat(CreateType.CUSTOM.isEsxi()).isFalse();
        assertThat(CreateType.STREAM_OPTIMIZED.isEmbedded()).isTrue();
        assertThat(CreateType.TWO_GB_SPARSE.isEmbedded()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "ide,ide",
        "lsilogic,lsilogic",
        "LSISAS1068,lsilogic",
        "busLogic,buslogic",
        "pvscsi,lsilogic",
        "sata,lsilogic",
        "nvme,lsilogic",
        "legacyESX,legacyESX"
    })
    void mapsAdaptersToTheFourWordsOfTheDiskDatabase(String word, String ddbWord) {
        assertThat(AdapterType.of(word).orElseThrow().ddbWord()).isEqualTo(ddbWord);
        assertThat(AdapterType.of("x" + word)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,00000001", "fFfFfFfE,fffffffe", "00000000,00000000", "80000000,80000000"})
    void readsContentIds(String digits, String printed) {
        assertThat(ContentId.parse(digits).orElseThrow()).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "123456789", "g", "-1", "+1", " 1", "0x1", "\u0661"})
    void refusesOtherContentIds(String digits) {
        assertThat(ContentId.parse(digits)).isEmpty();
    }

    @Test
    void drawsNoContentIdThatHasAMeaning() {
        int[] draws = {-1, -2, 0, 42};
        RandomGenerator scripted = new RandomGenerator() {
            private int next;

            @Override
            public long nextLong() {
                return nextInt();
            }

            @Override
            public int nextInt() {
                return draws[next++];
            }
        };

        assertThat(ContentId.random(scripted)).isEqualTo(new ContentId(42));
    }

    @Test
    void endsLongContentIdsInTheShortOne() {
        ContentId id = new ContentId(0xABC);

        assertThat(id.randomLongForm(new Random(1))).matches("[0-9a-f]{24}00000abc");
    }

    @Test
    void readsAndWritesUuids() {
        String text = "60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5";
        DiskUuid uuid = DiskUuid.parse(text).orElseThrow();

        assertThat(uuid).hasToString(text);
        assertThat(DiskUuid.parse(text.toUpperCase(Locale.ROOT))).contains(uuid);
        assertThat(DiskUuid.parse(new DiskUuid(-1, 5).toString())).contains(new DiskUuid(-1, 5));
        assertThat(DiskUuid.random(new Random(1)).toString()).matches("60 00 C2 9[0-9a-f]( ..){4}-(.. ){7}..");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "60 00 C2",
                "60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5 00",
                "60 00 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 bx",
                "6 000 C2 91 0a 1b 2c 3d-4e 5f 60 71 82 93 a4 b5"
            })
    void refusesOtherUuids(String text) {
        assertThat(DiskUuid.parse(text)).isEmpty();
    }
}
