package io.vmdisk.plan;

import io.vmdisk.MalformedFileException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.dictionary.DictionaryEntry;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.CreateSpec;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Step;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Plans as {@code key = "value"} lines and back, for the journal. Paths are relative to the plan's folder where they can
 * be, so that a folder that was moved can still be recovered. A text with any key that is not understood is refused: what
 * it means could be what keeps the rest from harm.
 */
final class PlanText {
    private static final int MAX_PARTS = 100_000;

    private final Dictionary text;
    private final Path folder;
    private final Set<String> known = new HashSet<>();

    PlanText(Dictionary text, Path folder) {
        this.text = text;
        this.folder = folder;
    }

    /** Writes a plan into an empty document. */
    static PlanText write(Plan plan, Dictionary into) throws IOException {
        PlanText out = new PlanText(into, plan.folder().toAbsolutePath().normalize());
        into.set("operation", plan.operation());
        out.setCount("preparations", plan.preparations().size());
        out.setCount("steps", plan.steps().size());
        for (int i = 0; i < plan.preparations().size(); i++) {
            out.write("preparation" + i, plan.preparations().get(i));
        }
        for (int i = 0; i < plan.steps().size(); i++) {
            out.write("step" + i, plan.steps().get(i));
        }
        return out;
    }

    /** The text of a journal, for reading. */
    static PlanText of(Dictionary from, Path journal) throws IOException {
        Path folder = Optional.ofNullable(journal.toAbsolutePath().normalize().getParent())
                .orElseThrow(() -> malformed(journal, "it has no folder"));
        return new PlanText(from, folder);
    }

    Plan plan() throws IOException {
        List<Preparation> preparations = new ArrayList<>();
        int preparationCount = count("preparations");
        for (int i = 0; i < preparationCount; i++) {
            preparations.add(preparation("preparation" + i));
        }
        List<Step> steps = new ArrayList<>();
        int stepCount = count("steps");
        for (int i = 0; i < stepCount; i++) {
            steps.add(step("step" + i));
        }
        return new Plan(required("operation"), folder, preparations, steps, List.of());
    }

    /** Refuses keys that nothing has asked for, and lines that are none or say something twice. */
    void requireNothingElse(Set<String> others) throws MalformedFileException {
        Set<String> all = new HashSet<>();
        for (DictionaryEntry entry : text.entries()) {
            String key = entry.name().toLowerCase(Locale.ROOT);
            if (!all.add(key)) {
                throw malformed(key + " is there twice");
            }
            if (!known.contains(key) && others.stream().noneMatch(key::equalsIgnoreCase) && !key.startsWith(".")) {
                throw malformed("unknown key " + key);
            }
        }
    }

    private void write(String key, Preparation preparation) throws IOException {
        set(key, "target", path(preparation.target()));
        if (preparation instanceof Preparation.MakeFolder) {
            set(key, "kind", "folder");
        } else if (preparation instanceof Preparation.StageText stage) {
            set(key, "kind", "stage");
            set(
                    key,
                    "content",
                    Base64.getEncoder().encodeToString(stage.content().toBytes()));
        } else if (preparation instanceof Preparation.CreateDisk create) {
            set(key, "kind", "create");
            writeSpec(key, create.spec());
        } else if (preparation instanceof Preparation.CopyFile copy) {
            set(key, "kind", "copy");
            set(key, "source", path(copy.source()));
            set(key, "bytes", Long.toString(copy.bytes()));
        } else if (preparation instanceof Preparation.CopyDisk copy) {
            set(key, "kind", "copyDisk");
            set(key, "source", path(copy.source()));
            set(key, "bytes", Long.toString(copy.bytes()));
            writeSpec(key, copy.spec());
        } else {
            throw new IllegalStateException("unknown preparation: " + preparation);
        }
    }

    private Preparation preparation(String key) throws IOException {
        Path target = requiredPath(key, "target");
        String kind = required(key + ".kind");
        return switch (kind) {
            case "folder" -> new Preparation.MakeFolder(target);
            case "stage" -> new Preparation.StageText(target, content(key));
            case "create" -> new Preparation.CreateDisk(target, spec(key));
            case "copy" -> new Preparation.CopyFile(requiredPath(key, "source"), target, number(key, "bytes"));
            case "copyDisk" ->
                new Preparation.CopyDisk(requiredPath(key, "source"), target, spec(key), number(key, "bytes"));
            default -> throw malformed("unknown preparation " + kind);
        };
    }

    private void write(String key, Step step) throws IOException {
        if (step instanceof Step.Publish publish) {
            set(key, "kind", "publish");
            set(key, "target", path(publish.target()));
        } else if (step instanceof Step.EditDescriptor edit) {
            set(key, "kind", "descriptor");
            set(key, "disk", path(edit.disk()));
            writeEdit(key, edit.edit());
        } else if (step instanceof Step.GrowDisk grow) {
            set(key, "kind", "grow");
            set(key, "disk", path(grow.disk()));
            set(key, "capacity", Long.toString(grow.capacity()));
        } else if (step instanceof Step.ShrinkDisk shrink) {
            set(key, "kind", "shrink");
            set(key, "disk", path(shrink.disk()));
            set(key, "capacity", Long.toString(shrink.capacity()));
        } else if (step instanceof Step.Fold fold) {
            writeFold(key, fold);
        } else if (step instanceof Step.Move move) {
            set(key, "kind", "move");
            set(key, "from", path(move.from()));
            set(key, "to", path(move.to()));
        } else if (step instanceof Step.Delete delete) {
            set(key, "kind", "delete");
            set(key, "path", path(delete.path()));
        } else {
            throw new IllegalStateException("unknown step: " + step);
        }
    }

    private void writeFold(String key, Step.Fold fold) throws IOException {
        set(key, "kind", "fold");
        set(key, "into", path(fold.into()));
        set(key, "space", fold.space().name());
        set(key, "bytes", Long.toString(fold.bytes()));
        set(key, "growth", Long.toString(fold.growth()));
        set(key, "links", Integer.toString(fold.links().size()));
        for (int i = 0; i < fold.links().size(); i++) {
            set(key, "link" + i, path(fold.links().get(i)));
        }
    }

    private Step step(String key) throws IOException {
        String kind = required(key + ".kind");
        return switch (kind) {
            case "publish" -> new Step.Publish(requiredPath(key, "target"));
            case "descriptor" -> new Step.EditDescriptor(requiredPath(key, "disk"), edit(key));
            case "grow" -> new Step.GrowDisk(requiredPath(key, "disk"), number(key, "capacity"));
            case "shrink" -> new Step.ShrinkDisk(requiredPath(key, "disk"), number(key, "capacity"));
            case "fold" -> fold(key);
            case "move" -> new Step.Move(requiredPath(key, "from"), requiredPath(key, "to"));
            case "delete" -> new Step.Delete(requiredPath(key, "path"));
            default -> throw malformed("unknown step " + kind);
        };
    }

    private Step fold(String key) throws IOException {
        List<Path> links = new ArrayList<>();
        int count = count(key + ".links");
        for (int i = 0; i < count; i++) {
            links.add(requiredPath(key, "link" + i));
        }
        return new Step.Fold(
                links,
                requiredPath(key, "into"),
                constant(Step.Fold.Space.class, required(key + ".space")),
                number(key, "bytes"),
                number(key, "growth"));
    }

    private void writeEdit(String key, DescriptorEdit edit) throws IOException {
        setIfPresent(key, "cid", edit.cid());
        setIfPresent(key, "longCid", edit.longCid());
        setIfPresent(key, "parentCid", edit.parentCid());
        setIfPresent(key, "parentHint", edit.parentHint());
        set(key, "tracking", edit.tracking().name());
        writeMap(key + ".file", edit.fileNames());
        writeMap(key + ".database", edit.database());
    }

    private void writeMap(String key, Map<String, String> map) throws IOException {
        int index = 0;
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            set(key + index, "key", entry.getKey());
            set(key + index, "value", entry.getValue());
            index++;
        }
    }

    private Map<String, String> map(String key) throws MalformedFileException {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < MAX_PARTS && text.contains(key + i + ".key"); i++) {
            map.put(required(key + i + ".key"), required(key + i + ".value"));
        }
        return map;
    }

    private DescriptorEdit edit(String key) throws IOException {
        return new DescriptorEdit(
                cid(key, "cid"),
                optional(key, "longCid").orElse(null),
                cid(key, "parentCid"),
                optional(key, "parentHint").orElse(null),
                constant(DescriptorEdit.Tracking.class, required(key + ".tracking")),
                map(key + ".file"),
                map(key + ".database"));
    }

    private @Nullable ContentId cid(String key, String part) throws MalformedFileException {
        Optional<String> digits = optional(key, part);
        if (digits.isEmpty()) {
            return null;
        }
        return ContentId.parse(digits.get()).orElseThrow(() -> malformed(key + "." + part + " is no content ID"));
    }

    private void writeSpec(String key, CreateSpec spec) throws IOException {
        set(key, "format", spec.format().name());
        set(key, "capacity", Long.toString(spec.capacity()));
        writeFacts(key + ".facts", spec.facts());
        set(key, "grain", Integer.toString(spec.grainBytes()));
        set(key, "extent", Long.toString(spec.extentBytes()));
        setIfPresent(key, "seed", spec.seed().isEmpty() ? null : spec.seed());
        setIfPresent(key, "parent", spec.parent() == null ? null : path(spec.parent()));
    }

    private CreateSpec spec(String key) throws IOException {
        boolean child = text.contains(key + ".parent");
        try {
            CreateSpec spec = CreateSpec.of(
                            constant(DiskFormat.class, required(key + ".format")), number(key, "capacity"))
                    .withFacts(facts(key + ".facts"))
                    .withGrainBytes(Math.toIntExact(number(key, "grain")))
                    .withExtentBytes(number(key, "extent"))
                    .withSeed(text.get(key + ".seed").orElse(""));
            return child ? spec.withParent(requiredPath(key, "parent")) : spec;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw malformed(key + " describes no disk: " + e.getMessage());
        }
    }

    private void writeFacts(String key, DiskFacts facts) throws IOException {
        set(key, "charset", facts.charset().name());
        set(key, "sectors", Long.toString(facts.sectors()));
        set(key, "entries", Integer.toString(facts.entries().size()));
        int index = 0;
        for (Map.Entry<String, String> entry : facts.entries().entrySet()) {
            set(key, "key" + index, entry.getKey());
            set(key, "value" + index, entry.getValue());
            index++;
        }
    }

    private DiskFacts facts(String key) throws IOException {
        NavigableMap<String, String> entries = new TreeMap<>();
        for (int i = 0; i < count(key + ".entries"); i++) {
            entries.put(required(key + ".key" + i), required(key + ".value" + i));
        }
        return new DiskFacts(entries, Charset.forName(required(key + ".charset")), number(key, "sectors"));
    }

    private Content content(String key) throws MalformedFileException {
        try {
            return Content.of(Base64.getDecoder().decode(required(key + ".content")));
        } catch (IllegalArgumentException e) {
            throw malformed(key + ".content is not Base64");
        }
    }

    void setCount(String key, int count) throws IOException {
        text.set(key, Integer.toString(count));
    }

    void setPath(String key, String part, Path path) throws IOException {
        set(key, part, path(path));
    }

    void set(String key, String part, String value) throws IOException {
        text.set(key + "." + part, value);
    }

    void setIfPresent(String key, String part, @Nullable Object value) throws IOException {
        if (value != null) {
            set(key, part, value.toString());
        }
    }

    private String path(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        return absolute.startsWith(folder) ? folder.relativize(absolute).toString() : absolute.toString();
    }

    Path requiredPath(String key, String part) throws MalformedFileException {
        try {
            Path path = folder.resolve(required(key + "." + part)).normalize();
            if (folder.startsWith(path)) {
                throw malformed(key + "." + part + " is no file: " + path);
            }
            return path;
        } catch (InvalidPathException e) {
            throw malformed(key + "." + part + " is no path here");
        }
    }

    Optional<String> optional(String key, String part) {
        known.add((key + "." + part).toLowerCase(Locale.ROOT));
        return text.get(key + "." + part);
    }

    private String required(String key) throws MalformedFileException {
        known.add(key.toLowerCase(Locale.ROOT));
        return text.get(key).orElseThrow(() -> malformed(key + " is missing"));
    }

    long number(String key, String part) throws MalformedFileException {
        known.add((key + "." + part).toLowerCase(Locale.ROOT));
        long value = text.requireNumber(key + "." + part);
        if (value < 0) {
            throw malformed(key + "." + part + " is negative");
        }
        return value;
    }

    int count(String key) throws MalformedFileException {
        known.add(key.toLowerCase(Locale.ROOT));
        long value = text.requireNumber(key);
        if (value < 0 || value > MAX_PARTS) {
            throw malformed(key + " is " + value);
        }
        return (int) value;
    }

    private <E extends Enum<E>> E constant(Class<E> type, String name) throws MalformedFileException {
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw malformed("unknown word " + name);
        }
    }

    private MalformedFileException malformed(String problem) {
        return malformed(folder.resolve(Journal.NAME), problem);
    }

    private static MalformedFileException malformed(Path journal, String problem) {
        return new MalformedFileException("journal", journal, -1, "the journal is damaged: " + problem, Journal.WAY_ON);
    }
}
