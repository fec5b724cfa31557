package io.vmdisk.plan.step;

import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a new disk shall be, in a journal. */
final class SpecText {
    private SpecText() {}

    static void write(CreateSpec spec, JournalPart into) throws IOException {
        into.set("format", spec.format().name());
        into.setNumber("capacity", spec.capacity());
        writeFacts(spec.facts(), into.part("facts"));
        into.setNumber("grain", spec.grainBytes());
        into.setNumber("extent", spec.extentBytes());
        into.setIfPresent("seed", spec.seed().isEmpty() ? null : spec.seed());
        if (spec.parent() != null) {
            into.setPath("parent", spec.parent());
        }
    }

    static CreateSpec read(JournalPart from) throws IOException {
        try {
            CreateSpec spec = CreateSpec.of(from.constant("format", DiskFormat.class), from.number("capacity"))
                    .withFacts(facts(from.part("facts")))
                    .withGrainBytes(Math.toIntExact(from.number("grain")))
                    .withExtentBytes(from.number("extent"))
                    .withSeed(from.optional("seed").orElse(""));
            return from.has("parent") ? spec.withParent(from.path("parent")) : spec;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw from.malformed(from.key() + " describes no disk: " + e.getMessage());
        }
    }

    private static void writeFacts(DiskFacts facts, JournalPart into) throws IOException {
        into.set("charset", facts.charset().name());
        into.setNumber("sectors", facts.sectors());
        into.setNumber("entries", facts.entries().size());
        int index = 0;
        for (Map.Entry<String, String> entry : facts.entries().entrySet()) {
            into.set("key" + index, entry.getKey());
            into.set("value" + index, entry.getValue());
            index++;
        }
    }

    private static DiskFacts facts(JournalPart from) throws IOException {
        NavigableMap<String, String> entries = new TreeMap<>();
        int count = from.count("entries");
        for (int i = 0; i < count; i++) {
            entries.put(from.required("key" + i), from.required("value" + i));
        }
        return new DiskFacts(entries, Charset.forName(from.required("charset")), from.number("sectors"));
    }
}
