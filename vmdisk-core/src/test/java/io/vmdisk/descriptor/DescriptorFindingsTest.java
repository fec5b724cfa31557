package io.vmdisk.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.VmdiskException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorFindingsTest {
    private static final String GOOD = """
            # Disk DescriptorFile
            version=1
            CID=00000001
            parentCID=ffffffff
            createType="custom"
            RW 5 FLAT "a.vmdk" 0
            ddb.adapterType = "ide"
            """;

    private static List<Finding> findings(String text) throws VmdiskException {
        return Descriptor.parse(text.getBytes(StandardCharsets.UTF_8), Path.of("disk.vmdk"))
                .findings();
    }

    @Test
    void saysNothingOfAGoodOne() throws Exception {
        assertThat(findings(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "# Disk DescriptorFile|# Disk|signature|WARNING",
                "version=1||version|WARNING",
                "version=1|version=4|version|WARNING",
                "version=1|version=99999999999999999999999|version|WARNING",
                "version=1|version=3|change-tracking|INFO",
                "CID=00000001\\n||cid|ERROR",
                "CID=00000001|CID=xyz|cid|ERROR",
                "CID=00000001|CID=ffffffff|cid|WARNING",
                "CID=00000001|CID=1\\nCID=2|duplicate-key|ERROR",
                "CID=00000001|CID=1\\nCID=1|duplicate-key|WARNING",
                "parentCID=ffffffff||parent-cid|INFO",
                "parentCID=ffffffff|parentCID=00000000|parent-cid|WARNING",
                "parentCID=ffffffff|parentCID=00000005|parent-hint|ERROR",
                "parentCID=ffffffff|parentCID=ffffffff\\nparentFileNameHint=\"b\"|parent-hint|WARNING",
                "version=1|version=1\\nparentCID=ffffffff|cid-order|WARNING",
                "\"custom\"|\"holographic\"|create-type|WARNING",
                "createType=\"custom\"||create-type|WARNING",
                "\"custom\"|\"custom|unclear-quotes|WARNING",
                "\"custom\"|\"cus\"tom\"|unclear-quotes|WARNING",
                "RW 5|XX 5|no-extents|ERROR",
                "RW 5|XX 5|stray-line|WARNING",
                "RW 5 FLAT|RW 5 NEW|extent-type|ERROR",
                "RW 5|RW 0|extent-empty|WARNING",
                "a.vmdk|a\"b.vmdk|extent-name|WARNING",
                "a.vmdk|../a.vmdk|extent-name|WARNING",
                "a.vmdk|C:\\a.vmdk|extent-name|WARNING",
                "a.vmdk|/dev/sda|extent-name|WARNING",
                "a.vmdk|disk.vmdk|extent-name|ERROR",
                "a.vmdk\" 0|a\" 0\\nRW 9 FLAT \"a\" 4|extent-overlap|WARNING",
                "a.vmdk\" 0|a\" 0\\nRW 9 SPARSE \"a\" 9|extent-overlap|WARNING",
                "a.vmdk|nbd://x|extent-name|WARNING",
                "a.vmdk|a\u202Eb|extent-name|WARNING",
                "\"ide\"|\"quantum\"|adapter-type|WARNING",
                "\"ide\"|\"ide\"\\nddb.uuid = \"1\"|uuid|WARNING",
                "\"ide\"|\"ide\"\\nddb.longContentID = \"12\"|long-content-id|INFO",
                "version=1|version=1\\nencoding=\"klingon\"|encoding|WARNING",
                "version=1|version=1\\nkeyID=5|encrypted|INFO"
            })
    void tellsOf(String good, String bad, String id, Severity severity) throws Exception {
        String text = GOOD.replace(good.replace("\\n", "\n"), bad == null ? "" : bad.replace("\\n", "\n"));

        assertThat(text).isNotEqualTo(GOOD);
        assertThat(findings(text)).anySatisfy(finding -> {
            assertThat(finding.id()).isEqualTo("descriptor." + id);
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.file()).isEqualTo(Path.of("disk.vmdk"));
        });
    }

    @Test
    void acceptsExtentsInPartsOfOneFile() throws Exception {
        String parts = "RW 5 FLAT \"a.vmdk\" 9\nRW 4 FLAT \"a.vmdk\" 5\nRW 2 ZERO\nRW 2 ZERO\n";

        assertThat(findings(GOOD + parts)).isEmpty();
    }

    @Test
    void tellsOfBareCarriageReturns() throws Exception {
        assertThat(findings(GOOD.replace("\n", "\r"))).extracting(Finding::id).contains("descriptor.line-end");
    }

    @Test
    void tellsOfUnusableGeometry() throws Exception {
        String text = GOOD + "ddb.geometry.cylinders=\"0\"\nddb.geometry.heads=\"16\"\nddb.geometry.sectors=\"63\"\n";

        assertThat(findings(text)).extracting(Finding::id).containsExactly("descriptor.geometry");
    }
}
