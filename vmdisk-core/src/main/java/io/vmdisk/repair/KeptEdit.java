package io.vmdisk.repair;

import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An edit of a descriptor before which its text is kept.
 *
 * @param original stages the text that is kept
 * @param steps keeps it, and edits
 * @param part what is replaced
 */
record KeptEdit(Preparation original, List<Step> steps, PlannedPart part) {
    static KeptEdit of(DiskLink link, DescriptorEdit edit, Volume volume) throws IOException {
        Path kept = Originals.nameFor(volume, link.path());
        Descriptor after = edit.apply(link.descriptor());
        PlannedPart part = link.place() instanceof DescriptorPlace.Embedded area
                ? new PlannedPart(
                        new KeptPart(link.path(), kept, area.offset()), Content.of(after.toEmbedded(area.length())))
                : new PlannedPart(KeptPart.whole(link.path(), kept), Content.of(after.toBytes()));
        return new KeptEdit(
                new StageText(kept, Content.of(Originals.descriptor(volume, link))),
                List.of(new Publish(kept), new EditDescriptor(link.path(), edit)),
                part);
    }
}
