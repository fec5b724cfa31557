package io.vmdisk.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptedVmxTest {
    private static final String PAIR =
            "pair/(phrase/AQIDBAUGBwg%3d/pass2key%3dPBKDF2%2dHMAC%2dSHA%2d1%3acipher%3dAES%2d256"
                    + "%3arounds%3d1000%3asalt%3dAAECAwQFBgcICQoLDA0ODw%253d%253d,HMAC%2dSHA%2d1,"
                    + "oKGio6SlpqeoqaqrrK2ur%2bDzB8%2bFHqAdUg72EFetl3bg%2btsIYjtH2FqjdWxEkJLToeNPwj%2bwlDmmjGU%2fN%2fmmuxiCMEdA92"
                    + "wVjUPXj9mPqpfFibWY0cNJeOWakVERtNStAfqxmMh%2fYNtxW7vrghVpv9B2DUs%3d)";
    private static final String SAFE = "vmware:key/list/(" + PAIR + ")";
    private static final String DATA =
            "sLGys7S1tre4ubq7vL2+vwUb0V0nXmlJMLlIelddSPAjHP9fOHKlicu8KB8XijdEwfmNOKh4j9COxGna5BDh"
                    + "7w9dn+45DsMzWeMpGwG1T5eMUiAKZ8r6bmJZ5LlxQgM82dCZWA==";
    private static final String PASSWORD = "vmdisk-Test1";

    private static VmxFile vmx(String safe, String data) throws IOException {
        String text = ".encoding = \"UTF-8\"\ndisplayName = \"secret\"\nencryption.keySafe = \"" + safe
                + "\"\nencryption.data = \"" + data + "\"\n";
        return VmxFile.of(Dictionary.parse(text.getBytes(StandardCharsets.UTF_8), null));
    }

    private static VmxFile decrypt(String safe, String data, String password) throws IOException {
        return EncryptedVmx.of(vmx(safe, data)).orElseThrow().decrypt(password.toCharArray());
    }

    @Test
    void opensWithThePassword() throws IOException {
        VmxFile open = decrypt(SAFE, DATA, PASSWORD);

        assertThat(open.hardwareVersion()).hasValue(19);
        assertThat(open.memory().mib()).isEqualTo(64);
        assertThat(open.displayName()).isEqualTo("secret");
        assertThat(open.encryption()).isEqualTo(VmxFile.Encryption.NONE);
        assertThat(open.file()).isEmpty();
    }

    @Test
    void recognisesAnEncryptedConfiguration() throws IOException {
        assertThat(vmx(SAFE, DATA).encryption()).isEqualTo(VmxFile.Encryption.WHOLE);
        assertThat(EncryptedVmx.of(vmx(SAFE, DATA)).orElseThrow().rounds()).hasValue(1000);
        assertThat(EncryptedVmx.of(VmxFile.of(Dictionary.empty(null)))).isEmpty();
    }

    @Test
    void triesEveryPair() throws IOException {
        String other = PAIR.replace("AAECAwQ", "BBECAwQ");

        VmxFile open = decrypt(
                "vmware:key/list/(pair/(fqid/x,HMAC%2dSHA%2d1,AAAA)," + other + "," + PAIR + ")", DATA, PASSWORD);

        assertThat(open.hardwareVersion()).hasValue(19);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "vmdisk-Test2", "vmdisk-Test1 "})
    void saysThatAPasswordIsWrong(String password) {
        assertThatThrownBy(() -> decrypt(SAFE, DATA, password))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("password does not open");
    }

    @Test
    void tellsDamageFromAWrongPassword() {
        String damaged = DATA.substring(0, 60) + (DATA.charAt(60) == 'A' ? 'B' : 'A') + DATA.substring(61);

        assertThatThrownBy(() -> decrypt(SAFE, damaged, PASSWORD))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("password is right");
    }

    @Test
    void refusesAKeyServersKeyWithAReason() {
        assertThatThrownBy(() -> decrypt("vmware:key/list/(pair/(fqid/<x>,HMAC%2dSHA%2d1,AAAA))", DATA, PASSWORD))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("locked with fqid");
    }

    @Test
    void refusesRoundsThatWouldTakeForEver() {
        assertThatThrownBy(() -> decrypt(SAFE.replace("1000", "4000000000"), DATA, PASSWORD))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void refusesDeepNesting() {
        String deep = "vmware:key/" + "list/(".repeat(10_000) + ")".repeat(10_000);

        assertThatThrownBy(() -> EncryptedVmx.of(vmx(deep, DATA))).isInstanceOf(LimitExceededException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "vmware:key/list/",
                "vmware:key/list/(",
                "vmware:key/list/)(",
                "vmware:key/pair/(a)",
                "vmware:key/pair/(phrase/a,b,c)",
                "vmware:key/pair/(phrase/a/b,b,c)",
                "vmware:key/pair/(phrase/a/%zz,b,c)",
                "vmware:key/pair/(phrase/a/%3,b,c)",
                "vmware:key/pair/(phrase/a/a%3d,b,c)",
                "vmware:key/pair/(phrase/a/pass2key%3dx%3acipher%3dx%3arounds%3dx%3asalt%3dx,b,c)",
                "vmware:key/list/((),))"
            })
    void reportsAKeySafeThatMakesNoSense(String safe) {
        assertThatThrownBy(() -> {
                    VmxFile vmx = vmx(safe, DATA);
                    EncryptedVmx.of(vmx).orElseThrow().decrypt(new char[] {'x'});
                })
                .isInstanceOf(VmdiskException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBKDF2%2dHMAC%2dSHA%2d1", "AES%2d256", "HMAC%2dSHA%2d1"})
    void namesAlgorithmsItDoesNotKnow(String algorithm) {
        assertThatThrownBy(() -> decrypt(SAFE.replace(algorithm, "ROT13"), DATA, PASSWORD))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("ROT13");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!"})
    void reportsDataThatCannotBeCiphertext(String data) {
        assertThatThrownBy(() -> decrypt(SAFE, data, PASSWORD)).isInstanceOf(MalformedFileException.class);
    }
}
