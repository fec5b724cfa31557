package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The page for people: whole XML, whatever names there are, with nothing that a browser would load or run. */
class ReportCommandTest {
    private static final String ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=a()>&amp;\u202e\u0007";

    @TempDir
    Path folder;

    private Path vm;
    private Path page;

    @BeforeEach
    void copySample() throws IOException {
        vm = Sample.copyTo(folder);
        page = folder.resolve("page.html");
    }

    private Document report(Path target, Object... options) throws Exception {
        List<Object> words = new ArrayList<>(List.of("report", target, "-o", page));
        words.addAll(List.of(options));
        CommandLineRun run = CommandLineRun.of(words.toArray());
        assertThat(run.exitCode()).as(run.err()).isZero();
        Document document = parsed(page);
        requireNothingExternal(document);
        return document;
    }

    private static Document parsed(Path page) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        String text = Files.readString(page);
        assertThat(text).startsWith("<!DOCTYPE html>\n<html lang=\"en\"");
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        byte[] xml = text.substring(text.indexOf('\n')).getBytes(StandardCharsets.UTF_8);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    }

    /** No element and no attribute that makes a browser fetch or run something, and a policy that would forbid it. */
    private static void requireNothingExternal(Document page) throws Exception {
        Set<String> elements = new TreeSet<>();
        NodeList all = page.getElementsByTagName("*");
        String styles = "";
        String policy = "";
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            elements.add(element.getTagName());
            styles = element.getTagName().equals("style") ? element.getTextContent() : styles;
            if (element.getAttribute("http-equiv").equals("Content-Security-Policy")) {
                policy = element.getAttribute("content");
            }
            for (int a = 0; a < element.getAttributes().getLength(); a++) {
                Node attribute = element.getAttributes().item(a);
                assertThat(attribute.getNodeName())
                        .doesNotStartWith("on")
                        .isNotIn("src", "srcset", "style", "xlink:href");
                if (attribute.getNodeName().equals("href")) {
                    assertThat(attribute.getNodeValue()).startsWith("#");
                }
            }
        }
        assertThat(elements)
                .doesNotContain(
                        "script",
                        "link",
                        "img",
                        "iframe",
                        "object",
                        "embed",
                        "form",
                        "image",
                        "use",
                        "base",
                        "foreignObject");
        assertThat(styles).doesNotContain("url(", "@import");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(styles.getBytes(StandardCharsets.UTF_8));
        assertThat(policy)
                .isEqualTo("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest) + "'; base-uri 'none'; form-action 'none'");
    }

    @Test
    void tellsAMachineInChaptersThatTheirLinksFind() throws Exception {
        Document document = report(vm);

        String text = document.getDocumentElement().getTextContent();
        assertThat(text)
                .contains("No damage was found", "snapshot \"before the upgrade\"", "the machine is here")
                .contains("Written since", "80.5 KiB", "6 years")
                .contains("vmdisk snapshot delete-all web01", "copies 54.84 KiB")
                .contains("00:0c:29:3d:51:7e", "web01-000001-delta.vmdk");
        Set<String> ids = new TreeSet<>();
        Set<String> links = new TreeSet<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (element.getTagName().equals("section")) {
                ids.add("#" + element.getAttribute("id"));
            }
            if (element.getTagName().equals("a")) {
                links.add(element.getAttribute("href"));
            }
        }
        assertThat(links)
                .isEqualTo(ids)
                .contains("#summary", "#machine", "#snapshots", "#findings", "#lint", "#space", "#costs");
    }

    @Test
    void whoCannotSeeThePicturesReadsThemInNamesAndTables() throws Exception {
        Document document = report(vm);

        NodeList pictures = document.getElementsByTagName("svg");
        assertThat(pictures.getLength()).isEqualTo(2);
        for (int i = 0; i < pictures.getLength(); i++) {
            Element picture = (Element) pictures.item(i);
            assertThat(picture.getAttribute("role")).isEqualTo("img");
            assertThat(picture.getAttribute("aria-label")).contains("web01-000002.vmdk");
        }
        NodeList tables = document.getElementsByTagName("table");
        for (int i = 0; i < tables.getLength(); i++) {
            Element table = (Element) tables.item(i);
            assertThat(table.getElementsByTagName("caption").getLength()).isEqualTo(1);
            NodeList heads = table.getElementsByTagName("th");
            for (int j = 0; j < heads.getLength(); j++) {
                assertThat(((Element) heads.item(j)).getAttribute("scope")).isIn("col", "row");
            }
        }
    }

    @Test
    void tellsADiskAlone() throws Exception {
        Document document = report(vm.resolve("web01-000001.vmdk"), "--data");

        assertThat(document.getDocumentElement().getTextContent())
                .contains("A guest sees 16 MiB", "vmfsSparse", "zeros that are stored", "refused now")
                .doesNotContain("The machine", "'vmdisk report --data'");
    }

    @Test
    void namesAndDescriptionsAreTextWhateverTheyHold() throws Exception {
        String list = Files.readString(vm.resolve("web01.vmsd"));
        Files.writeString(
                vm.resolve("web01.vmsd"),
                list.replace("before the upgrade", ATTACK.replace("\"", "|22").replace("\u0007", "")));
        String vmx = Files.readString(vm.resolve("web01.vmx"));
        Files.writeString(
                vm.resolve("web01.vmx"),
                vmx.replaceFirst("displayName = \"[^\"]*\"", "displayName = \"</title><b>|22\u0001&\"")
                        .replace("VM Network", "<a href='http://example.org'>net</a>"));

        Document document = report(vm);

        String text = document.getDocumentElement().getTextContent();
        assertThat(text)
                .contains("<script>alert(1)</script>", "<img src=x onerror=a()>&amp;\\u202e")
                .contains("<a href='http://example.org'>net</a>")
                .contains("</title><b>");
    }

    @Test
    void ofADamagedMachineTheRestIsToldAndWhyTheRestIsMissing() throws Exception {
        Files.delete(vm.resolve("web01.vmdk"));
        Files.write(vm.resolve("web01-000002-sesparse.vmdk"), new byte[100]);
        Files.write(vm.resolve("web01-Snapshot1.vmsn"), new byte[] {1, 2, 3});

        Document document = report(vm);

        assertThat(document.getDocumentElement().getTextContent())
                .contains(
                        "It is damaged",
                        "it is missing, or is not what its child needs",
                        "refused now",
                        "Snapshots of the machine");
    }

    @Test
    void everyDamageOfEveryTextStillMakesAWholePageOrARefusal() throws Exception {
        for (String name : List.of("web01.vmx", "web01.vmsd", "web01-000001.vmdk", "web01-000002.vmdk")) {
            byte[] good = Files.readAllBytes(vm.resolve(name));
            for (int at = 1; at < good.length; at += good.length / 5 + 1) {
                byte[] bad = good.clone();
                java.util.Arrays.fill(bad, at, Math.min(bad.length, at + 9), (byte) "\0<\"&\u007f".charAt(at % 5));
                Files.write(vm.resolve(name), bad);
                Files.deleteIfExists(page);
                CommandLineRun run = CommandLineRun.of("report", vm, "-o", page);
                assertThat(run.exitCode())
                        .as(name + " at " + at + ": " + run.err())
                        .isNotEqualTo(ExitCodes.BUG);
                if (run.exitCode() == 0) {
                    requireNothingExternal(parsed(page));
                } else {
                    assertThat(page).doesNotExist();
                }
            }
            Files.write(vm.resolve(name), good);
        }
    }

    @Test
    void aFileThatIsThereStaysAndNothingIsLeftOfAFailure() throws Exception {
        Files.writeString(page, "mine");

        CommandLineRun taken = CommandLineRun.of("report", vm, "-o", page);
        CommandLineRun missing =
                CommandLineRun.of("report", folder.resolve("no.vmdk"), "-o", folder.resolve("new.html"));
        CommandLineRun nowhere = CommandLineRun.of("report", vm, "-o", folder.resolve("none/new.html"));

        assertThat(taken.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(taken.err()).contains("page.html: the file is there already");
        assertThat(missing.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(nowhere.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(Files.readString(page)).isEqualTo("mine");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(page, vm);
        }
    }
}
