package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.machine.model.GuestSetup;
import io.vmdisk.vmx.VmUuid;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxNic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestKeysTest {
    private static final VmUuid IDENTITY =
            VmUuid.parse("56 4d 11 22 33 44 55 66-77 88 99 aa bb cc dd ee").orElseThrow();

    private static GuestSetup named(String name) {
        return GuestSetup.none().withHostName(name);
    }

    private static GuestSetup addressed(String address, String gateway) {
        return GuestSetup.none().withAddresses(List.of(address)).withGateway(gateway);
    }

    private static String metadata(GuestSetup setup, List<VmxNic> nics) {
        Map<String, String> keys = GuestKeys.of(setup, IDENTITY, nics);
        assertThat(keys).containsEntry("guestinfo.metadata.encoding", "base64");
        return new String(Base64.getDecoder().decode(keys.get("guestinfo.metadata")), StandardCharsets.UTF_8);
    }

    private static List<VmxNic> nics(String... lines) throws IOException {
        byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        return VmxFile.of(Dictionary.parse(text, null)).devices().nics();
    }

    @Test
    void aNameAloneLeavesTheNetworkToDhcp() {
        assertThat(metadata(named("web02.example.com"), List.of()))
                .isEqualTo("{\"instance-id\": \"vmdisk-564d112233445566778899aabbccddee\","
                        + " \"local-hostname\": \"web02.example.com\"}");
    }

    @Test
    void theAdapterIsToldByItsAddressIfItHasOne() throws IOException {
        GuestSetup setup = addressed("2001:db8::5/64", "fe80::1");

        assertThat(metadata(setup, nics("ethernet0.present = \"TRUE\"")))
                .contains("\"match\": {\"name\": \"e*\"}", "\"to\": \"::/0\", \"via\": \"fe80::1\"");
        assertThat(metadata(
                        setup,
                        nics(
                                "ethernet0.present = \"TRUE\"",
                                "ethernet0.addressType = \"generated\"",
                                "ethernet0.generatedAddress = \"00:0c:29:aa:bb:cc\"",
                                "ethernet1.present = \"TRUE\"")))
                .contains("\"match\": {\"macaddress\": \"00:0c:29:aa:bb:cc\"}");
    }

    @Test
    void userDataIsPassedAsItIs() {
        byte[] zipped = {0x1f, (byte) 0x8b, 8, 0};
        GuestSetup setup = GuestSetup.none().withUserData(zipped);

        Map<String, String> keys = GuestKeys.of(setup, IDENTITY, List.of());

        assertThat(Base64.getDecoder().decode(keys.get("guestinfo.userdata"))).isEqualTo(zipped);
        assertThat(keys).containsEntry("guestinfo.userdata.encoding", "base64").containsKey("guestinfo.metadata");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "a..b", "a_b", "a\"b", "node{}", "ä"})
    void refusesWhatIsNoHostName(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> named(name).check());
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.5", "10.0.0.5/33", "10.0.0.5/-1", "10.0.0/24", "::1/129", "web/24", "10.0.0.{}/24"})
    void refusesWhatIsNoAddressWithAPrefix(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> addressed(address, "10.0.0.1").check());
    }

    @Test
    void refusesTooMuchUserData() {
        byte[] much = new byte[GuestSetup.MAX_USER_DATA_BYTES + 1];

        assertThatIllegalArgumentException().isThrownBy(() -> GuestSetup.none().withUserData(much));
    }

    @Test
    void refusesAGatewayWithoutAnAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GuestSetup.none().withGateway("10.0.0.1").check());
    }
}
