package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.descriptor.ContentId;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.CopyDisk;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.CreateDisk;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.GrowDisk;
import io.vmdisk.plan.step.JournalText;
import io.vmdisk.plan.step.MakeFolder;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.ShrinkDisk;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A journal is read by later versions, so its lines stay as they are, each kind of step and preparation with its words. */
class PlanTextTest {
    private static final Path FOLDER = Path.of("/vm/web");
    private static final Path JOURNAL = FOLDER.resolve(".vmdisk-journal");

    private static final String TEXT = """
            operation = "try all"
            preparations = "5"
            steps = "8"
            preparation0.target = "new"
            preparation0.kind = "folder"
            preparation1.target = "web.vmx"
            preparation1.kind = "stage"
            preparation1.content = "YSA9ICJiIgo="
            preparation2.target = "web-000001.vmdk"
            preparation2.kind = "create"
            preparation2.format = "SE_SPARSE"
            preparation2.capacity = "1073741824"
            preparation2.facts.charset = "UTF-8"
            preparation2.facts.sectors = "0"
            preparation2.facts.entries = "2"
            preparation2.facts.key0 = "adapterType"
            preparation2.facts.value0 = "lsilogic"
            preparation2.facts.key1 = "virtualHWVersion"
            preparation2.facts.value1 = "19"
            preparation2.grain = "0"
            preparation2.extent = "0"
            preparation2.seed = "s"
            preparation2.parent = "web.vmdk"
            preparation3.target = "x.nvram"
            preparation3.kind = "copy"
            preparation3.source = "/other/x.nvram"
            preparation3.bytes = "8684"
            preparation4.target = "new/copy.vmdk"
            preparation4.kind = "copyDisk"
            preparation4.source = "web.vmdk"
            preparation4.bytes = "4096"
            preparation4.format = "MONOLITHIC_SPARSE"
            preparation4.capacity = "1073741824"
            preparation4.facts.charset = "UTF-8"
            preparation4.facts.sectors = "0"
            preparation4.facts.entries = "2"
            preparation4.facts.key0 = "adapterType"
            preparation4.facts.value0 = "lsilogic"
            preparation4.facts.key1 = "virtualHWVersion"
            preparation4.facts.value1 = "19"
            preparation4.grain = "65536"
            preparation4.extent = "0"
            step0.kind = "publish"
            step0.target = "web.vmx"
            step1.kind = "descriptor"
            step1.disk = "web.vmdk"
            step1.cid = "1f2e3d4c"
            step1.longCid = "0123456789abcdef0123456789abcdef"
            step1.parentCid = "ffffffff"
            step1.parentHint = "base.vmdk"
            step1.tracking = "DROP"
            step1.file0.key = "a-flat.vmdk"
            step1.file0.value = "b-flat.vmdk"
            step1.database0.key = "adapterType"
            step1.database0.value = "lsilogic"
            step2.kind = "descriptor"
            step2.disk = "web.vmdk"
            step2.parentCid = "ffffffff"
            step2.tracking = "KEEP"
            step3.kind = "grow"
            step3.disk = "web.vmdk"
            step3.capacity = "2147483648"
            step4.kind = "shrink"
            step4.disk = "web.vmdk"
            step4.capacity = "1073741824"
            step5.kind = "fold"
            step5.into = "web.vmdk"
            step5.space = "GIVE_BACK"
            step5.bytes = "65536"
            step5.growth = "131072"
            step5.links = "2"
            step5.link0 = "web-000002.vmdk"
            step5.link1 = "web-000001.vmdk"
            step6.kind = "move"
            step6.from = "a.vmdk"
            step6.to = "new/b.vmdk"
            step7.kind = "delete"
            step7.path = "web-000001.vmdk"
            """;

    private static Path file(String name) {
        return FOLDER.resolve(name);
    }

    private static Plan plan() {
        return new Plan("try all", FOLDER, preparations(), steps(), List.of());
    }

    private static List<Preparation> preparations() {
        CreateSpec child =
                CreateSpec.of(DiskFormat.SE_SPARSE, 1L << 30).withSeed("s").withParent(file("web.vmdk"));
        CreateSpec full = CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1L << 30).withGrainBytes(65536);
        return List.of(
                new MakeFolder(file("new")),
                new StageText(file("web.vmx"), Content.of("a = \"b\"\n".getBytes(StandardCharsets.UTF_8))),
                new CreateDisk(file("web-000001.vmdk"), child),
                new CopyFile(Path.of("/other/x.nvram"), file("x.nvram"), 8684),
                new CopyDisk(file("web.vmdk"), file("new/copy.vmdk"), full, 4096));
    }

    private static List<Step> steps() {
        DescriptorEdit all = new DescriptorEdit(
                ContentId.parse("1f2e3d4c").orElseThrow(),
                "0123456789abcdef0123456789abcdef",
                ContentId.NONE,
                "base.vmdk",
                DescriptorEdit.Tracking.DROP,
                Map.of("a-flat.vmdk", "b-flat.vmdk"),
                Map.of("adapterType", "lsilogic"));
        return List.of(
                new Publish(file("web.vmx")),
                new EditDescriptor(file("web.vmdk"), all),
                new EditDescriptor(file("web.vmdk"), DescriptorEdit.noParent()),
                new GrowDisk(file("web.vmdk"), 2L << 30),
                new ShrinkDisk(file("web.vmdk"), 1L << 30),
                new FoldLinks(
                        List.of(file("web-000002.vmdk"), file("web-000001.vmdk")),
                        file("web.vmdk"),
                        LinkSpace.GIVE_BACK,
                        65536,
                        131072),
                new MoveFile(file("a.vmdk"), file("new/b.vmdk")),
                new DeleteFile(file("web-000001.vmdk")));
    }

    @Test
    void theLinesOfEachKindStayAsTheyAre() throws IOException {
        Dictionary text = Dictionary.empty(JOURNAL);

        PlanText.write(plan(), text);

        assertThat(new String(text.toBytes(), StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }

    @Test
    void whatIsReadIsThePlanThatWasWrittenAndEveryLineIsUnderstood() throws IOException {
        Dictionary text = Dictionary.parse(TEXT.getBytes(StandardCharsets.UTF_8), JOURNAL);
        JournalText in = PlanText.of(text, JOURNAL);

        assertThat(PlanText.read(in)).isEqualTo(plan());
        in.requireNothingElse(Set.of());
    }

    @Test
    void whatCopiesShareIsWrittenAndReadToo() throws IOException {
        CreateSpec spec = CreateSpec.of(DiskFormat.VMFS, 1 << 30);
        List<Preparation> shared = List.of(
                new CopyFile(file("a.vmem"), file("b.vmem"), 1 << 20, 0),
                new CopyDisk(file("a.vmdk"), file("b.vmdk"), spec, 5, 1 << 20));
        Plan plan = new Plan("copy", FOLDER, shared, List.of(), List.of());
        Dictionary text = Dictionary.empty(JOURNAL);
        PlanText.write(plan, text);

        JournalText in = PlanText.of(Dictionary.parse(text.toBytes(), JOURNAL), JOURNAL);
        assertThat(PlanText.read(in)).isEqualTo(plan);
        in.requireNothingElse(Set.of());
    }

    @Test
    void noKindIsLeftOut() {
        assertThat(Stream.concat(preparations().stream(), steps().stream()).<Class<?>>map(Object::getClass))
                .containsAll(Arrays.asList(Preparation.class.getPermittedSubclasses()))
                .containsAll(Arrays.asList(Step.class.getPermittedSubclasses()));
    }
}
