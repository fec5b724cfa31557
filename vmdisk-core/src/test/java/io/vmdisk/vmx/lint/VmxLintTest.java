package io.vmdisk.vmx.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.Finding.Severity;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.CloneIdentity;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class VmxLintTest {
    /** One row of the table of cases. */
    record Case(String id, String lintFor, String hit, String quiet) {}

    static List<Case> cases() throws IOException {
        try (InputStream in = VmxLintTest.class.getResourceAsStream("cases.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> Splitter.on('\t').splitToList(line))
                    .map(row -> new Case(row.get(0), row.get(1), row.get(2), row.get(3)))
                    .toList();
        }
    }

    private static List<LintFinding> lint(String lintFor, String edits) throws IOException {
        LintOptions options = LintOptions.of(Splitter.on(',').omitEmptyStrings().splitToList(lintFor));
        LintMachine machine = LintMachine.withEdits(edits);
        return VmxLint.run(machine.vmx(), machine, options);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hitsWhereItShouldAndIsQuietWhereItShouldNot(Case rule) throws IOException {
        assertThat(lint(rule.lintFor(), rule.hit())).extracting(LintFinding::id).contains(rule.id());
        assertThat(lint(rule.lintFor(), rule.quiet()))
                .extracting(LintFinding::id)
                .doesNotContain(rule.id());
    }

    private static List<String> ids(String lintFor, String edits) throws IOException {
        return lint(lintFor, edits).stream().map(LintFinding::id).toList();
    }

    /** vSphere 6.7, "Network Adapter Types", lists E1000, E1000E, Vlance and VMXNET; VMXNET 2 ends before 6.7. */
    @ParameterizedTest
    @CsvSource({
        "esxi-6.5, vmxnet, 15, false",
        "esxi-6.7, vmxnet, 15, true",
        "esxi-7.0u2, vmxnet, 15, true",
        "esxi-8.0, vmxnet, 15, true",
        "esxi-8.0, vmxnet, 0, false",
        "esxi-8.0, e1000, 0, false",
        "esxi-8.0, e1000e, 0, false",
        "esxi-8.0, vlance, 0, false",
        "esxi-8.0, vmxnet3, 15, false"
    })
    void judgesAdaptersByRelease(String release, String adapter, int features, boolean ended) throws IOException {
        String edits = "ethernet0.virtualDev=" + adapter + ";ethernet0.features=" + features;

        assertThat(ids(release, edits).contains("NET-12")).isEqualTo(ended);
    }

    /** Writers that set the offset key of every adapter to 0 still derive the address from the adapter's number. */
    @Test
    void takesAGeneratedAddressByItsKeyOrByItsNumber() throws IOException {
        assertThat(ids("", "ethernet0.generatedAddressOffset=10;ethernet0.generatedAddress=00:0c:29:37:c3:4c"))
                .doesNotContain("NET-03");
        assertThat(ids("", "ethernet0.generatedAddressOffset=10")).doesNotContain("NET-03");
        assertThat(ids("", "ethernet0.generatedAddressOffset=10;ethernet0.generatedAddress=00:0c:29:37:c3:56"))
                .contains("NET-03");
    }

    @Test
    void tellsOfASharedIdentityOnceHoweverManyShareIt() throws IOException {
        String other = ";!other displayName=copy,uuid.bios=56 4d fc a7 11 dd d6 7e-19 cc fc ad 0a 37 c3 42";

        List<LintFinding> findings = lint("", other.repeat(41)).stream()
                .filter(finding -> finding.id().equals("ID-01"))
                .toList();

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).message()).contains("also copy and 40 more");
    }

    /** Broadcom KB 1034165: no snapshots of multi-writer disks; independent ones take no part. */
    @Test
    void tellsOfMultiWriterDisksThatWouldFreeze() throws IOException {
        assertThat(ids("snapshot", "scsi0:0.sharing=multi-writer")).contains("SNP-17");
        assertThat(ids("clone", "scsi0.sharedBus=virtual")).contains("SNP-17");
        assertThat(ids("snapshot", "scsi0:0.sharing=multi-writer;scsi0:0.mode=independent-persistent"))
                .doesNotContain("SNP-17");
    }

    @Test
    void aMissingVmxfHoldsNoVariables() throws IOException {
        assertThat(ids("", "extendedConfigFile=web01.vmxf;!missing web01.vmxf")).doesNotContain("CON-14");
    }

    @Test
    void everyRuleHasACase() throws IOException {
        assertThat(cases())
                .extracting(Case::id)
                .containsExactlyInAnyOrderElementsOf(
                        VmxLint.rules().stream().map(LintRule::id).toList());
        assertThat(VmxLint.rules()).hasSizeGreaterThan(80);
    }

    @Test
    void everyCheckInCodeIsThatOfARule() throws IOException {
        Set<String> coded = RuleTable.get().rules().stream()
                .filter(ruled -> ruled.check() instanceof CodedCheck)
                .map(ruled -> ruled.rule().id())
                .collect(Collectors.toSet());
        LintSubject subject = new LintSubject(LintMachine.withEdits("").vmx(), LintContext.NONE, LintOptions.DEFAULT);
        for (String group : List.of("SYN", "ID", "ENC", "SEC", "LIM", "STO", "SNP", "NET", "VMO", "TPL", "CON")) {
            for (int i = 0; i < 100; i++) {
                CodedCheck check = new CodedCheck(String.format(Locale.ROOT, "%s-%02d", group, i));
                if (coded.contains(check.rule())) {
                    assertThat(check.hits(subject)).as(check.rule()).isNotNull();
                } else {
                    assertThatThrownBy(() -> check.hits(subject))
                            .as(check.rule())
                            .isInstanceOf(IllegalStateException.class);
                }
            }
        }
    }

    @Test
    void hasNothingToSayAboutACleanMachine() throws IOException {
        assertThat(lint("", "")).isEmpty();
        assertThat(lint("esxi-7.0u2,esxi-8.0", "")).isEmpty();
        assertThat(lint("vmotion", "")).isEmpty();
    }

    @Test
    void everyFindingSaysWhereAndWhatToDo() throws IOException {
        for (Case rule : cases()) {
            for (LintFinding finding : lint(rule.lintFor(), rule.hit())) {
                assertThat(finding.fix().text()).isNotBlank();
                assertThat(finding.message()).isNotBlank();
                assertThat(finding.message().chars().anyMatch(Character::isISOControl))
                        .isFalse();
            }
        }
    }

    @Test
    void namesTheLineOfTheKey() throws IOException {
        LintFinding finding = lint("", "numvcpus=9999").stream()
                .filter(f -> f.id().equals("LIM-04"))
                .findFirst()
                .orElseThrow();

        assertThat(finding.key()).isEqualTo("numvcpus");
        assertThat(finding.line()).isEqualTo(6);
        assertThat(finding.value()).isEqualTo("9999");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void putsErrorsFirst() throws IOException {
        assertThat(lint("", "scsi0:0.writeThrough=TRUE;numvcpus=9999;snapshot.disabled=TRUE"))
                .extracting(LintFinding::severity)
                .containsExactly(Severity.ERROR, Severity.WARNING, Severity.INFO);
    }

    @Test
    void hidesSecretsAndEscapesControlCharacters() throws IOException {
        assertThat(lint("", "guestinfo.password=hunter2;RemoteDisplay.vnc.password=hunter3"))
                .extracting(f -> f.value() + f.message())
                .allSatisfy(text -> assertThat(text).doesNotContain("hunter"));
        assertThat(lint("", "displayName=a\u001b[2Jb\u202ec"))
                .extracting(LintFinding::value)
                .contains("a\\x1B[2Jb\\u202Ec");
        assertThat(EchoedValue.of("x", "y".repeat(500))).hasSize(203);
    }

    @Test
    void judgesOnlyTheFormOfAnEncryptedConfiguration() throws IOException {
        VmxFile vmx = VmxFile.of(Dictionary.parse(
                "encryption.keySafe = \"vmware:key/list/(pair/(fqid/x,a,AAAA))\"\nencryption.data = \"AAAA\"\n"
                        .getBytes(StandardCharsets.UTF_8),
                null));

        assertThat(VmxLint.run(vmx, LintContext.NONE, LintOptions.DEFAULT))
                .extracting(LintFinding::id)
                .containsExactly("ENC-01");
    }

    @Test
    void raisesHardeningToWarningsInAnAudit() throws IOException {
        assertThat(lint("security", ""))
                .filteredOn(f -> f.id().equals("SEC-01"))
                .allSatisfy(f -> assertThat(f.severity()).isEqualTo(Severity.INFO));
        assertThat(lint("stig7", ""))
                .filteredOn(f -> f.id().equals("SEC-01"))
                .allSatisfy(f -> assertThat(f.severity()).isEqualTo(Severity.WARNING));
        assertThat(lint("stig8", "")).extracting(LintFinding::id).doesNotContain("SEC-01");
    }

    @Test
    void countsWhatItDoesNotList() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append("line without sense\n");
        }
        VmxFile vmx = VmxFile.of(Dictionary.parse(text.toString().getBytes(StandardCharsets.UTF_8), null));

        List<LintFinding> findings = VmxLint.run(vmx, LintContext.NONE, LintOptions.DEFAULT);

        assertThat(findings)
                .filteredOn(f -> f.id().equals("SYN-01"))
                .hasSize(101)
                .last()
                .satisfies(f -> assertThat(f.message()).contains("400 more"));
    }

    @Test
    void takesTimeInProportionToAHugeFile() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 30_000; i++) {
            String node = "scsi" + i % 1000 + ":" + i / 1000;
            text.append(node).append(".fileName = \"x\"\n").append(node).append(".ctkEnabled = \"TRUE\"\n");
            text.append("ethernet").append(i % 1000).append(".k").append(i).append(" = \"1\"\n");
        }
        VmxFile vmx = VmxFile.of(Dictionary.parse(text.toString().getBytes(StandardCharsets.UTF_8), null));

        assertThat(VmxLint.run(vmx, LintContext.NONE, LintOptions.DEFAULT)).hasSizeLessThan(2000);
        new CloneIdentity(CloneIdentity.Macs.FRESH, new Random(1)).renew(vmx);

        assertThat(vmx.dictionary().contains("scsi5:5.ctkEnabled")).isFalse();
    }

    @Test
    void refusesAnUnknownPurpose() {
        assertThatThrownBy(() -> LintOptions.of(List.of("world-peace")))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("vmotion");
    }

    @Test
    void looksForFilesOnlyInTheFolder() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path vmx = files.getPath("/work/vm/web01.vmx");
            Files.createDirectories(vmx.getParent());
            Files.createFile(vmx.resolveSibling("web01.vmdk"));
            Files.createFile(files.getPath("/work/secret"));
            Files.createDirectory(vmx.resolveSibling("web01.vmx.lck"));
            LintContext context = LintContext.ofFolder(Volume.system(), vmx);

            assertThat(context.presence(FileReference.of("web01.vmdk"))).isEqualTo(LintContext.Presence.PRESENT);
            assertThat(context.presence(FileReference.of("web02.vmdk"))).isEqualTo(LintContext.Presence.MISSING);
            assertThat(context.presence(FileReference.of("../secret"))).isEqualTo(LintContext.Presence.UNKNOWN);
            assertThat(context.presence(FileReference.of("/dev/sda"))).isEqualTo(LintContext.Presence.UNKNOWN);
            assertThat(context.locked()).contains(true);
        }
    }
}
