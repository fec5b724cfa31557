package io.vmdisk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtendedConfigurationTest {
    private static final String TEXT = """
            <?xml version="1.0"?>
            <Foundry>
            <VM>
            <VMId type="string">52 b2 f3 ea b0 ea 8d 3a-22 be f1 52 b4 2e 9f 90</VMId>
            <ClientMetaData>
            <clientMetaDataAttributes/>
            <HistoryEventList/></ClientMetaData>
            <vmxPathName type="string">web01.vmx</vmxPathName></VM></Foundry>
            """;

    private static ExtendedConfiguration parse(String text) throws IOException {
        return ExtendedConfiguration.parse(text.getBytes(StandardCharsets.UTF_8), null);
    }

    private static String print(ExtendedConfiguration configuration) {
        return new String(configuration.toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void readsIdAndName() throws IOException {
        assertThat(parse(TEXT).machines())
                .containsExactly(new ExtendedConfiguration.Machine(
                        "52 b2 f3 ea b0 ea 8d 3a-22 be f1 52 b4 2e 9f 90", "web01.vmx"));
    }

    @Test
    void renamesAndKeepsEverythingElse() throws IOException {
        ExtendedConfiguration renamed = parse(TEXT + "<!-- kept -->").withConfiguration("a&b \u00e9.vmx");

        assertThat(print(renamed)).isEqualTo(TEXT.replace("web01.vmx", "a&amp;b \u00e9.vmx") + "<!-- kept -->");
        assertThat(renamed.configuration()).contains("a&b \u00e9.vmx");
    }

    @Test
    void isNotFooledByACommentThatLooksLikeTheElement() throws IOException {
        String trap = TEXT.replace("<VM>", "<VM><!-- <vmxPathName>trap</vmxPathName> -->");

        assertThat(print(parse(trap).withConfiguration("b.vmx"))).isEqualTo(trap.replace("web01.vmx", "b.vmx"));
    }

    @Test
    void refusesToRenameWhatItCannotFind() throws IOException {
        for (String text : new String[] {
            TEXT.replace("web01.vmx", "<![CDATA[web01.vmx]]>"), "<Foundry/>", "<Foundry><VM/></Foundry>"
        }) {
            assertThatThrownBy(() -> parse(text).withConfiguration("b.vmx"))
                    .isInstanceOf(UnsupportedFeatureException.class);
        }
    }

    @Test
    void writesANewOne() throws IOException {
        ExtendedConfiguration fresh = ExtendedConfiguration.create("web02.vmx", new Random(7));

        assertThat(fresh.configuration()).contains("web02.vmx");
        assertThat(fresh.machines().get(0).id()).matches("52( [0-9a-f]{2}){7}-[0-9a-f]{2}( [0-9a-f]{2}){7}");
        assertThat(print(fresh))
                .isEqualTo(TEXT.replace("web01.vmx", "web02.vmx")
                        .replace(
                                "52 b2 f3 ea b0 ea 8d 3a-22 be f1 52 b4 2e 9f 90",
                                fresh.machines().get(0).id()));
    }

    @Test
    void readsSeveralMachines() throws IOException {
        String two = TEXT.replace("</Foundry>", "<VM><vmxPathName>b.vmx</vmxPathName></VM></Foundry>");

        assertThat(parse(two).machines()).hasSize(2);
        assertThat(parse(two).withConfiguration("c.vmx").machines())
                .extracting(ExtendedConfiguration.Machine::configuration)
                .containsExactly("c.vmx", "b.vmx");
    }

    @Test
    void refusesDocumentTypesEntitiesAndOtherXml() {
        for (String text : new String[] {
            "<!DOCTYPE Foundry [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><Foundry>&x;</Foundry>",
            "<!DOCTYPE Foundry><Foundry/>",
            "<Foundry>&undefined;</Foundry>",
            "<other/>",
            "<Foundry>",
            "not xml",
            "",
            "<Foundry>" + "<a>".repeat(100) + "</a>".repeat(100) + "</Foundry>"
        }) {
            assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedFileException.class);
        }
    }

    /** The JDK's parser prints what it can't decode on standard error, whoever reads that. */
    @Test
    void brokenEncodingsAreRefusedWithoutAWordOnStandardError() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            for (String text : new String[] {
                TEXT.replace("web01", "\u00e9\u00ff"),
                "\u00ff\u00c3(\u0001",
                TEXT.replace("?>", " encoding='no-such'?>"),
                TEXT.replace("?>", " encoding=\"UTF-16\"?>") + "x"
            }) {
                assertThatThrownBy(() -> ExtendedConfiguration.parse(text.getBytes(StandardCharsets.ISO_8859_1), null))
                        .isInstanceOf(MalformedFileException.class);
            }
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void readsOtherEncodingsThatAreDeclared() throws IOException {
        String text = TEXT.replace("?>", " encoding=\"ISO-8859-1\"?>").replace("web01", "b\u00fccher");
        assertThat(ExtendedConfiguration.parse(text.getBytes(StandardCharsets.ISO_8859_1), null)
                        .configuration())
                .contains("b\u00fccher.vmx");
        assertThat(ExtendedConfiguration.parse(("\ufeff" + TEXT).getBytes(StandardCharsets.UTF_8), null)
                        .configuration())
                .contains("web01.vmx");
        assertThat(ExtendedConfiguration.parse(TEXT.getBytes(StandardCharsets.UTF_16), null)
                        .configuration())
                .contains("web01.vmx");
    }

    @Test
    void refusesAHugeFile() {
        assertThatThrownBy(() -> ExtendedConfiguration.parse(new byte[2 << 20], null))
                .isInstanceOf(LimitExceededException.class)
                .isInstanceOf(VmdiskException.class);
    }

    @Test
    void readsNamesAsVmwareEscapesThem() throws Exception {
        String text = TEXT.replace("web01.vmx", "CentOS 7 &amp;#xE4;&amp;#xBD;&amp;#x8D; &amp; more.vmx");

        assertThat(parse(text).configuration()).contains("CentOS 7 \u4F4D & more.vmx");
        assertThat(parse(TEXT.replace("web01.vmx", "&amp;#xE4;a.vmx")).configuration())
                .contains("&#xE4;a.vmx");
    }
}
