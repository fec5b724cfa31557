package io.vmdisk.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiskCheckTest {
    private static final int MIB = 1 << 20;
    private static final Path FOLDER = MemoryVolume.folder();

    private final MemoryVolume volume = new MemoryVolume();

    @ParameterizedTest
    @EnumSource(
            names = {"STREAM_OPTIMIZED", "RAW"},
            mode = EnumSource.Mode.EXCLUDE)
    void findsNothingWrongWithANewDisk(DiskFormat format) throws IOException {
        Path disk = disk("new.vmdk", CreateSpec.of(format, 8 * MIB));
        write(disk, 3 * MIB);

        CheckReport report = check(disk, options().withContent(CheckOptions.Content.DATA));

        assertThat(report.findings()).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(report.files()).contains(disk);
    }

    @Test
    void namesIoFiltersAndTheFilesOfTheirsThatAreMissing() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.VMFS, MIB));
        edit(
                "d.vmdk",
                "ddb.adapterType",
                "ddb.iofilters = \"acme,spm\"\nddb.sidecars = \"d_1-c1fd.vmfd,acme;\"\nddb.adapterType");

        assertThat(check(disk, options()).findings())
                .extracting(Finding::id, Finding::message)
                .anySatisfy(found ->
                        assertThat(found.toString()).contains("disk.sidecar-missing", "acme,spm", "d_1-c1fd.vmfd"));

        volume.put(FOLDER.resolve("d_1-c1fd.vmfd"), new byte[512]);
        assertThat(check(disk, options()).findings()).extracting(Finding::id).contains("disk.io-filters");
        assertThat(check(disk, options()).verdict()).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void findsNothingWrongWithAChain() throws IOException {
        Path top = chain();

        CheckReport report = check(top, options().withScope(CheckOptions.Scope.CHAIN));

        assertThat(report.findings()).isEmpty();
        assertThat(report.files()).hasSize(5);
    }

    @Test
    void findsAParentThatChangedAndLooksBelowIt() throws IOException {
        Path top = chain();
        edit("base.vmdk", "CID=", "CID=0badc1d0\nold=");
        edit("middle.vmdk", "\nCID=", "\nCID=0badc1d1\nold=");

        CheckReport report = check(top, options());

        assertThat(report.findings().stream().filter(f -> f.id().equals("chain.content-id")))
                .extracting(Finding::file)
                .containsExactly(top, FOLDER.resolve("middle.vmdk"));
        assertThat(report.verdict()).isEqualTo(Verdict.CORRUPT);
    }

    @Test
    void findsThatAParentIsMissing() throws IOException {
        Path top = chain();
        volume.delete(FOLDER.resolve("base.vmdk"));

        assertFound(check(top, options()), "chain.parent-missing");
    }

    @Test
    void findsThatAParentIsNoDiskAnyMore() throws IOException {
        Path top = chain();
        volume.put(FOLDER.resolve("middle.vmdk"), new byte[5000]);

        assertFound(check(top, options()), "chain.parent-unreadable");
    }

    @Test
    void findsAChainThatNoProductCouldHaveMade() throws IOException {
        Path top = disk("link0.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, MIB));
        for (int link = 1; link <= 1024; link++) {
            top = disk(
                    "link" + link + ".vmdk",
                    CreateSpec.of(DiskFormat.VMFS_SPARSE, MIB).withParent(FOLDER.resolve("link0.vmdk")));
            if (link > 1) {
                edit("link" + link + ".vmdk", "\"link0.vmdk\"", "\"link" + (link - 1) + ".vmdk\"");
            }
        }

        assertFound(check(top, options()), "chain.too-deep");
    }

    @Test
    void findsALoop() throws IOException {
        Path top = chain();
        edit("middle.vmdk", "parentFileNameHint=\"base.vmdk\"", "parentFileNameHint=\"top.vmdk\"");

        assertFound(check(top, options()), "chain.loop");
    }

    @Test
    void findsAHintThatLeadsNowhere() throws IOException {
        Path top = chain();
        edit("top.vmdk", "parentFileNameHint=\"middle.vmdk\"", "parentFileNameHint=\"/vmfs/volumes/gone/middle.vmdk\"");

        CheckReport report = check(top, options());

        assertFound(report, "chain.hint");
        assertThat(report.verdict()).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void findsThatALinkIsSmallerThanItsParent() throws IOException {
        Path top = chain();
        Path base = FOLDER.resolve("base.vmdk");
        edit("base.vmdk", "RW 16384", "RW 32768");
        byte[] flat = volume.bytes(base.resolveSibling("base-flat.vmdk"));
        volume.put(base.resolveSibling("base-flat.vmdk"), Arrays.copyOf(flat, 16 * MIB));

        assertFound(check(top, options()), "chain.capacity");
    }

    /** vSphere Storage, "Snapshot Formats": VMFSsparse and SEsparse links are not mixed in one hierarchy. */
    @Test
    void findsLinksOfHostsOfTwoKindsInOneChain() throws IOException {
        Path link = FOLDER.resolve("se.vmdk");
        chain();
        StagedDisk.createEmpty(
                link,
                CreateSpec.of(DiskFormat.SE_SPARSE, 8 * MIB).withParent(FOLDER.resolve("middle.vmdk")),
                volume,
                Progress.NONE);

        CheckReport report = check(link, options());

        assertFound(report, "chain.mixed-deltas");
        assertThat(report.verdict()).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void tellsOfAnotherAdapter() throws IOException {
        Path top = chain();
        edit("middle.vmdk", "version=1", "version=1\nddb.adapterType = \"ide\"");

        assertFound(check(top, options()), "chain.adapter");
    }

    @Test
    void findsAFlatFileThatIsTooShortOrTooLong() throws IOException {
        Path disk = disk("flat.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, 8 * MIB));
        Path flat = FOLDER.resolve("flat-flat.vmdk");

        volume.put(flat, new byte[8 * MIB - 1]);
        CheckReport cut = check(disk, options().withContent(CheckOptions.Content.DATA));
        volume.put(flat, new byte[8 * MIB + 512]);
        CheckReport grown = check(disk, options());

        assertFound(cut, "extent.short");
        volume.put(flat, new byte[7 * MIB]);
        assertFound(check(disk, options().withContent(CheckOptions.Content.DATA)), "data.unreadable");
        assertThat(cut.verdict()).isEqualTo(Verdict.CORRUPT);
        assertFound(grown, "extent.long");
        assertThat(grown.verdict()).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void findsThatAnExtentIsMissing() throws IOException {
        Path disk = disk("flat.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, 8 * MIB));
        volume.delete(FOLDER.resolve("flat-flat.vmdk"));

        assertFound(check(disk, options()), "extent.missing");
    }

    @Test
    void findsThatAnExtentIsNoFile() throws IOException {
        Path disk = disk("flat.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, 8 * MIB));
        volume.delete(FOLDER.resolve("flat-flat.vmdk"));
        volume.createFolder(FOLDER.resolve("flat-flat.vmdk"));

        assertFound(check(disk, options()), "extent.unreadable");
    }

    @Test
    void findsNamesThatNoFileCanHave() throws IOException {
        Path disk = disk("flat.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, 8 * MIB));
        edit("flat.vmdk", "version=1", "version=1\nchangeTrackPath=\"flat\u0007-ctk.vmdk\"");
        edit("flat.vmdk", "flat-flat.vmdk", "flat\u0007.vmdk");

        CheckReport report = check(disk, options());

        assertFound(report, "extent.name");
        assertFound(report, "tracking.name");
    }

    @Test
    void findsADescriptorThatSaysTooLittle() throws IOException {
        Path disk = disk("flat.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, 8 * MIB));
        edit("flat.vmdk", "RW 16384", "RW 99999999999999999999");

        assertFound(check(disk, options()), "disk.descriptor");
    }

    @Test
    void goesOnWhereOneOfSeveralDisksIsMissing() throws IOException {
        Path disk = disk("flat.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_FLAT, 8 * MIB));

        CheckReport report =
                DiskCheck.ofAll(FOLDER, List.of(FOLDER.resolve("gone.vmdk"), disk), options(), Progress.NONE);

        assertThat(report.findings()).extracting(Finding::id).containsExactly("disk.missing");
        assertThat(report.files()).contains(disk);
    }

    @Test
    void tellsOfBytesBehindTheLastGrain() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.SE_SPARSE, 8 * MIB));
        write(disk, 0);
        Path file = FOLDER.resolve("d-sesparse.vmdk");
        byte[] bytes = volume.bytes(file);
        volume.put(file, Arrays.copyOf(bytes, bytes.length + 4096));

        assertThat(check(disk, options()).findings()).extracting(Finding::id).containsExactly("sesparse.tail");
    }

    @Test
    void findsAnExtentOfAnotherKind() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.SE_SPARSE, 8 * MIB));
        edit("d.vmdk", "SESPARSE", "VMFSSPARSE");
        assertFound(check(disk, options()), "extent.type");

        volume.put(FOLDER.resolve("d-sesparse.vmdk"), new byte[4096]);
        assertFound(check(disk, options()), "extent.magic");
    }

    @Test
    void findsThatDescriptorAndHeaderDisagree() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.VMFS_SPARSE, 8 * MIB));
        edit("d.vmdk", "RW 16384", "RW 32768");
        CheckReport larger = check(disk, options());
        edit("d.vmdk", "RW 32768", "RW 8192");
        CheckReport smaller = check(disk, options());

        assertFound(larger, "extent.capacity");
        assertThat(larger.verdict()).isEqualTo(Verdict.CORRUPT);
        assertFound(smaller, "extent.capacity");
    }

    @Test
    void findsAGeometryThatIsTooLarge() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, 8 * MIB));
        edit("d.vmdk", "cylinders = \"8\"", "cylinders = \"9\"");

        assertFound(check(disk, options()), "disk.geometry");
    }

    @Test
    void findsThatTheChangeTrackingFileIsMissingOrOfAnotherKind() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, 8 * MIB));
        edit("d.vmdk", "version=1", "version=3\nchangeTrackPath=\"d-ctk.vmdk\"");
        assertFound(check(disk, options()), "tracking.missing");

        volume.put(FOLDER.resolve("d-ctk.vmdk"), new byte[512]);
        assertFound(check(disk, options()), "tracking.magic");

        volume.put(FOLDER.resolve("d-ctk.vmdk"), new byte[] {(byte) 0xA2, 0x72, 0x19, (byte) 0xF6});
        assertThat(check(disk, options()).findings()).isEmpty();
    }

    @Test
    void saysWhatItCouldNotCheck() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, 8 * MIB));
        edit("d.vmdk", "VMFS \"d-flat.vmdk\"", "VMFSRDM \"d-rdm.vmdk\"");

        CheckReport report = check(disk, options());

        assertFound(report, "check.not-checked");
        assertThat(report.verdict()).isEqualTo(Verdict.NOT_CHECKED);
    }

    @Test
    void looksIntoASparseFileWhoseDescriptorIsGarbled() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 8 * MIB));
        write(disk, 0);
        byte[] bytes = volume.bytes(disk);
        Arrays.fill(bytes, 512, 1024, (byte) 0xEE);
        bytes[72] = 1;
        volume.put(disk, bytes);

        CheckReport report = check(disk, options());

        assertFound(report, "disk.unreadable");
        assertFound(report, "hosted.unclean");
    }

    @Test
    void seesThatADescriptorIsLostWhoseExtentIsThere() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, 8 * MIB));
        volume.put(disk, new byte[700]);

        assertFound(check(disk, options()), "disk.descriptor-lost");
    }

    @Test
    void refusesWhatIsNoDisk() throws IOException {
        Path file = FOLDER.resolve("note.txt");
        volume.put(file, "hello".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> check(file, options())).isInstanceOf(UnsupportedFeatureException.class);
    }

    @Test
    void callsSpaceThatNothingUsesALeak() throws IOException {
        Path disk = disk("d.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 8 * MIB));
        write(disk, 0);
        write(disk, MIB);
        try (VirtualDisk opened = VirtualDisk.open(disk, writable())) {
            opened.unmap(0, 65536);
        }

        assertThat(check(disk, options()).verdict()).isEqualTo(Verdict.LEAKS);
    }

    private CheckOptions options() {
        return CheckOptions.standard().withOpening(OpenOptions.readOnly().withVolume(volume));
    }

    private OpenOptions writable() {
        return OpenOptions.writable().withVolume(volume);
    }

    private static CheckReport check(Path disk, CheckOptions options) throws IOException {
        return DiskCheck.run(disk, options, Progress.NONE);
    }

    private static void assertFound(CheckReport report, String id) {
        assertThat(report.findings()).extracting(Finding::id).contains(id);
    }

    private Path disk(String name, CreateSpec spec) throws IOException {
        Path disk = FOLDER.resolve(name);
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
        return disk;
    }

    private Path chain() throws IOException {
        Path base = disk("base.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, 8 * MIB));
        write(base, 0);
        Path middle = disk(
                "middle.vmdk", CreateSpec.of(DiskFormat.VMFS_SPARSE, 8 * MIB).withParent(base));
        Path top = disk(
                "top.vmdk", CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 8 * MIB).withParent(middle));
        write(top, 2 * MIB);
        return top;
    }

    private void write(Path disk, long at) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, writable())) {
            opened.write(at, ByteBuffer.wrap(Patterns.random(at, 65536)));
        }
    }

    /** Changes the text of a descriptor, embedded or not. */
    private void edit(String name, String from, String to) throws IOException {
        Path path = FOLDER.resolve(name);
        byte[] bytes = volume.bytes(path);
        boolean embedded = bytes[0] == 'K';
        byte[] area = embedded ? Arrays.copyOfRange(bytes, 512, 21 * 512) : bytes;
        String text = new String(area, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        String changed = text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to));
        byte[] result = changed.getBytes(StandardCharsets.ISO_8859_1);
        if (embedded) {
            System.arraycopy(result, 0, bytes, 512, area.length);
            volume.put(path, bytes);
        } else {
            volume.put(path, result);
        }
    }
}
