package io.vmdisk.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.BrokenChainException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.check.Verdict;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Repair;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damage is made, seen, repaired; what the guest sees is compared with what it saw before. */
class RepairTest {
    private static final int MIB = 1 << 20;
    private static final int CAPACITY = 8 * MIB;
    private static final int SE_SPARSE_BITMAP = 0xA0;
    private static final Path FOLDER = MemoryVolume.folder();
    private static final Path BASE = FOLDER.resolve("web.vmdk");
    private static final Path MIDDLE = FOLDER.resolve("web-000001.vmdk");
    private static final Path TOP = FOLDER.resolve("web-000002.vmdk");

    private final MemoryVolume volume = new MemoryVolume();

    @Test
    void relinksWhereTheDescriptorsProveIt() throws IOException {
        byte[] content = chain();
        String line = "\nCID=" + cid(BASE);
        edit(BASE, line, "\nCID=0badc1d0");
        byte[] child = volume.bytes(MIDDLE);
        assertThat(verdict(TOP)).isEqualTo(Verdict.CORRUPT);

        Repair repair = ChainRepair.relink(TOP, options(), ChainRepair.Trust.PROOF);
        assertThat(volume.bytes(MIDDLE)).as("only planned").isEqualTo(child);
        repair.execute(Progress.NONE);

        assertThat(repair.describe()).contains("set in web-000001.vmdk: parent CID 0badc1d0");
        assertThat(verdict(TOP)).isEqualTo(Verdict.CLEAN);
        assertThat(content(TOP)).isEqualTo(content);
        assertThat(volume.bytes(FOLDER.resolve("web-000001.vmdk.orig"))).isEqualTo(child);
        assertThat(ChainRepair.relink(TOP, options(), ChainRepair.Trust.PROOF).isEmpty())
                .isTrue();
    }

    @Test
    void relinksWithoutProofOnTheUsersWordOnly() throws IOException {
        byte[] content = chain();
        write(BASE, 5 * MIB, options().withPermission(OpenOptions.Permission.WRITE_SHARED));

        assertThatThrownBy(() -> ChainRepair.relink(TOP, options(), ChainRepair.Trust.PROOF))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("the permission cid");
        ChainRepair.relink(TOP, options(), ChainRepair.Trust.USER).execute(Progress.NONE);

        System.arraycopy(Patterns.random(5 * MIB, 65536), 0, content, 5 * MIB, 65536);
        assertThat(verdict(TOP)).isEqualTo(Verdict.CLEAN);
        assertThat(content(TOP)).isEqualTo(content);
    }

    @Test
    void relinksAChildWithItsDescriptorInside() throws IOException {
        byte[] content = chain();
        Path inside = FOLDER.resolve("inside.vmdk");
        create(inside, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(TOP));
        edit(TOP, "\nCID=" + cid(TOP), "\nCID=0badc1d2");
        byte[] area = Arrays.copyOfRange(volume.bytes(inside), 512, 21 * 512);

        ChainRepair.relink(inside, options(), ChainRepair.Trust.PROOF).execute(Progress.NONE);

        assertThat(verdict(inside)).isEqualTo(Verdict.CLEAN);
        assertThat(content(inside)).isEqualTo(content);
        assertThat(volume.bytes(FOLDER.resolve("inside.vmdk.orig"))).isEqualTo(area);
    }

    @Test
    void findsARenamedParentAgain() throws IOException {
        byte[] content = chain();
        Path renamed = FOLDER.resolve("other.vmdk");
        volume.rename(BASE, renamed);
        assertThatThrownBy(() -> content(TOP)).isInstanceOf(BrokenChainException.class);

        ChainRepair.parent(MIDDLE, renamed, options(), ChainRepair.Trust.PROOF).execute(Progress.NONE);

        assertThat(content(TOP)).isEqualTo(content);
        assertThat(verdict(TOP)).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void refusesAParentThatStandsOnTheDiskItself() throws IOException {
        chain();

        assertThatThrownBy(() -> ChainRepair.parent(BASE, TOP, options(), ChainRepair.Trust.USER))
                .isInstanceOf(BrokenChainException.class)
                .hasMessageContaining("stands on this disk itself");
    }

    @Test
    void refusesToRelinkAChainThatHasAHole() throws IOException {
        chain();
        volume.delete(BASE);

        assertThatThrownBy(() -> ChainRepair.relink(TOP, options(), ChainRepair.Trust.USER))
                .isInstanceOf(BrokenChainException.class)
                .hasMessageContaining("the parent");
    }

    @Test
    void rebuildsTheDescriptorOfAFlatDiskWithTheIdItsChildrenRemember() throws IOException {
        byte[] content = chain();
        String cid = cid(BASE);
        volume.delete(BASE);

        Repair repair = DescriptorRepair.of(BASE, Clues.usual().withAdapter(AdapterType.IDE), options());
        assertThat(volume.exists(BASE)).isFalse();
        repair.execute(Progress.NONE);

        assertThat(cid(BASE)).isEqualTo(cid);
        assertThat(content(TOP)).isEqualTo(content);
        assertThat(verdict(TOP)).isEqualTo(Verdict.CLEAN);
        assertThat(text(BASE)).contains("createType=\"vmfs\"", "ddb.adapterType = \"ide\"");
    }

    @ParameterizedTest
    @EnumSource(names = {"TWO_GB_SPARSE", "TWO_GB_FLAT", "VMFS", "VMFS_THIN"})
    void rebuildsAGarbledDescriptorFromTheExtents(DiskFormat format) throws IOException {
        create(BASE, CreateSpec.of(format, CAPACITY).withExtentBytes(3 * MIB));
        write(BASE, 4 * MIB, options());
        byte[] content = content(BASE);
        byte[] garbage = Patterns.random(9, 500);
        volume.put(BASE, garbage);

        DescriptorRepair.of(BASE, Clues.usual(), options()).execute(Progress.NONE);

        assertThat(content(BASE)).isEqualTo(content);
        assertThat(verdict(BASE)).isEqualTo(Verdict.CLEAN);
        assertThat(volume.bytes(FOLDER.resolve("web.vmdk.orig"))).isEqualTo(garbage);
    }

    @ParameterizedTest
    @EnumSource(names = {"VMFS_SPARSE", "SE_SPARSE", "MONOLITHIC_SPARSE", "TWO_GB_SPARSE"})
    void rebuildsTheDescriptorOfADeltaGivenItsParent(DiskFormat format) throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY));
        write(BASE, 0, options());
        create(MIDDLE, CreateSpec.of(format, CAPACITY).withParent(BASE));
        write(MIDDLE, 3 * MIB, options());
        byte[] content = content(MIDDLE);
        if (format == DiskFormat.MONOLITHIC_SPARSE) {
            byte[] bytes = volume.bytes(MIDDLE);
            Arrays.fill(bytes, 512, 21 * 512, (byte) 0xEE);
            volume.put(MIDDLE, bytes);
        } else {
            volume.delete(MIDDLE);
        }

        assertThatThrownBy(() -> DescriptorRepair.of(MIDDLE, Clues.usual(), options()))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("the parent");
        DescriptorRepair.of(MIDDLE, Clues.usual().withParent(BASE), options()).execute(Progress.NONE);

        assertThat(content(MIDDLE)).isEqualTo(content);
        assertThat(verdict(MIDDLE)).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void refusesToRebuildADiskOfWhichAPartIsMissing() throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.TWO_GB_FLAT, CAPACITY).withExtentBytes(3 * MIB));
        volume.delete(BASE);
        volume.delete(FOLDER.resolve("web-f002.vmdk"));

        assertThatThrownBy(() -> DescriptorRepair.of(BASE, Clues.usual(), options()))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("part 2");
    }

    @Test
    void makesTheDescriptorFollowTheFiles() throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY));
        write(BASE, 0, options());
        byte[] content = content(BASE);
        edit(BASE, "RW 16384 SESPARSE", "RW 99999 VMFSSPARSE");
        assertThat(verdict(BASE)).isEqualTo(Verdict.CORRUPT);

        DescriptorRepair.of(BASE, Clues.usual(), options()).execute(Progress.NONE);

        assertThat(content(BASE)).isEqualTo(content);
        assertThat(verdict(BASE)).isEqualTo(Verdict.CLEAN);
        assertThat(DescriptorRepair.of(BASE, Clues.usual(), options()).isEmpty())
                .isTrue();
    }

    @Test
    void makesTheDescriptorFollowAFlatFileThatWasCut() throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY));
        write(BASE, 0, options());
        byte[] kept = Arrays.copyOf(content(BASE), 5 * MIB);
        volume.put(FOLDER.resolve("web-flat.vmdk"), kept);

        DescriptorRepair.of(BASE, Clues.usual(), options()).execute(Progress.NONE);

        assertThat(content(BASE)).isEqualTo(kept);
        assertThat(verdict(BASE)).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void restoresTablesAndKeepsWhatWasThere() throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        write(BASE, 0, options());
        byte[] sound = volume.bytes(BASE);
        byte[] broken = sound.clone();
        Arrays.fill(broken, 27 * 512, 31 * 512, (byte) 0x77);
        broken[72] = 1;
        volume.put(BASE, broken);
        assertThat(verdict(BASE)).isEqualTo(Verdict.CORRUPT);

        Repair repair = TableRepair.of(BASE, options());
        repair.execute(Progress.NONE);

        assertThat(repair.describe()).hasSize(2);
        assertThat(volume.bytes(BASE)).isEqualTo(sound);
        assertThat(volume.bytes(FOLDER.resolve("web.vmdk.orig"))).isEqualTo(Arrays.copyOf(broken, 65536));
        assertThat(TableRepair.of(BASE, options()).isEmpty()).isTrue();
    }

    @Test
    void putsTheHeaderOfACowdFileInOrder() throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY));
        write(BASE, 0, options());
        byte[] content = content(BASE);
        Path delta = FOLDER.resolve("web-delta.vmdk");
        byte[] bytes = volume.bytes(delta);
        bytes[28] = 5;
        bytes[29] = 0;
        volume.put(delta, bytes);
        assertThat(verdict(BASE)).isEqualTo(Verdict.CORRUPT);

        TableRepair.of(BASE, options()).execute(Progress.NONE);

        assertThat(verdict(BASE)).isEqualTo(Verdict.CLEAN);
        assertThat(content(BASE)).isEqualTo(content);
    }

    @Test
    void rebuildsTheFreeMapOfAnSeSparseFile() throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY));
        write(BASE, 0, options());
        byte[] content = content(BASE);
        Path data = FOLDER.resolve("web-sesparse.vmdk");
        byte[] bytes = volume.bytes(data);
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int bitmap = Math.toIntExact(header.getLong(SE_SPARSE_BITMAP) * 512);
        Arrays.fill(bytes, bitmap, bitmap + 2, (byte) ~bytes[bitmap]);
        volume.put(data, bytes);
        assertThat(verdict(BASE)).isEqualTo(Verdict.CORRUPT);

        TableRepair.of(BASE, options()).execute(Progress.NONE);

        assertThat(verdict(BASE)).isEqualTo(Verdict.CLEAN);
        assertThat(content(BASE)).isEqualTo(content);
        assertThat(volume.exists(FOLDER.resolve("web-sesparse.vmdk.orig"))).isTrue();
    }

    /** A base, a COWD delta, an SEsparse delta; what the topmost reads as. */
    private byte[] chain() throws IOException {
        create(BASE, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY));
        write(BASE, 0, options());
        create(MIDDLE, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(BASE));
        write(MIDDLE, MIB, options());
        create(TOP, CreateSpec.of(DiskFormat.SE_SPARSE, CAPACITY).withParent(MIDDLE));
        write(TOP, 2 * MIB, options());
        return content(TOP);
    }

    private void create(Path disk, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
    }

    private void write(Path disk, int at, OpenOptions options) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, options.withAccess(OpenOptions.Access.WRITE))) {
            opened.write(at, ByteBuffer.wrap(Patterns.random(at, 65536)));
        }
    }

    private OpenOptions options() {
        return OpenOptions.readOnly().withVolume(volume);
    }

    private byte[] content(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, options())) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(opened.capacity()));
            opened.read(0, content);
            return content.array();
        }
    }

    private Verdict verdict(Path disk) throws IOException {
        return DiskCheck.run(disk, CheckOptions.standard().withOpening(options()), Progress.NONE)
                .verdict();
    }

    private String cid(Path disk) throws IOException {
        return DiskChain.of(disk, options().withParents(OpenOptions.Parents.NONE))
                .top()
                .contentId()
                .toString();
    }

    private String text(Path disk) throws IOException {
        return new String(volume.bytes(disk), StandardCharsets.UTF_8);
    }

    private void edit(Path disk, String from, String to) throws IOException {
        assertThat(text(disk)).contains(from);
        volume.put(disk, text(disk).replace(from, to).getBytes(StandardCharsets.UTF_8));
    }
}
