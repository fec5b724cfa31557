package io.vmdisk.cli.answer;

import io.vmdisk.Sector;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.make.DiskRoom;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Repair;
import io.vmdisk.plan.StoreRoom;
import io.vmdisk.plan.step.StepNames;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Work on disks or machines in the one shape that answers have for it, planned or done.
 *
 * @param operation in words
 * @param preparations what is made before anything is changed
 * @param steps what is changed
 * @param files the files that it touches
 * @param bytes that are copied; empty if nobody counted them
 * @param seconds what it may take; empty if nobody can tell
 * @param rooms what it needs of each file store, and what is free there; empty if nobody looked
 * @param notes what people should know
 */
public record PlannedWork(
        String operation,
        List<PlannedStep> preparations,
        List<PlannedStep> steps,
        PlanFiles files,
        OptionalLong bytes,
        OptionalLong seconds,
        List<StoreRoom> rooms,
        List<String> notes) {
    /** Copies the lists. */
    public PlannedWork {
        preparations = List.copyOf(preparations);
        steps = List.copyOf(steps);
        rooms = List.copyOf(rooms);
        notes = List.copyOf(notes);
    }

    /** That of a plan. Ask before it is carried out: what a file store has left then is what it needs to fit into. */
    public static PlannedWork of(Plan plan, Volume volume) throws IOException {
        StepNames names = plan.names();
        return new PlannedWork(
                plan.operation(),
                plan.preparations().stream()
                        .map(preparation -> PlannedStep.of(preparation, names))
                        .toList(),
                plan.steps().stream().map(step -> PlannedStep.of(step, names)).toList(),
                PlanFiles.of(plan, volume),
                OptionalLong.of(plan.bytesToMove()),
                OptionalLong.of(plan.estimatedSeconds()),
                StoreRoom.of(plan, volume),
                plan.notes());
    }

    /** A repair; see {@link #of(Plan, Volume)}. */
    public static PlannedWork of(String operation, Repair repair, Volume volume) throws IOException {
        PlannedWork whole = nothing(operation);
        for (Repair part : repair.parts()) {
            whole = whole.and(part.plan().isPresent() ? of(part.plan().get(), volume) : inPlace(part));
        }
        return whole.withNotes(repair.notes());
    }

    private static PlannedWork inPlace(Repair repair) {
        List<Path> disks = repair.changes();
        List<PlannedStep> steps = disks.isEmpty()
                ? List.of()
                : repair.describe().stream()
                        .map(line -> PlannedStep.of(StepKind.REPAIR, disks.get(0), line))
                        .toList();
        return simple("", steps, new PlanFiles(Set.of(), new LinkedHashSet<>(disks), Set.of()));
    }

    /** One after the other; what file stores need is told by none of them alone, and left out. */
    private PlannedWork and(PlannedWork next) {
        return new PlannedWork(
                operation,
                concat(preparations, next.preparations),
                concat(steps, next.steps),
                files.and(next.files),
                OptionalLong.empty(),
                OptionalLong.empty(),
                List.of(),
                List.of());
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** The making of a disk. */
    public static PlannedWork making(Path disk, String operation, CreateSpec spec) throws IOException {
        return making(operation, StagedDisk.files(disk, spec));
    }

    /** The making of a disk of one file. */
    public static PlannedWork making(Path image, String operation) {
        return making(operation, List.of(image));
    }

    private static PlannedWork making(String operation, List<Path> files) {
        return simple(
                operation,
                files.stream()
                        .map(file -> PlannedStep.of(StepKind.MAKE_FILE, file, "make " + file))
                        .toList(),
                new PlanFiles(new LinkedHashSet<>(files), Set.of(), Set.of()));
    }

    /** A change of one step. */
    public static PlannedWork changing(Path disk, StepKind kind, String operation) {
        return changing(disk, kind, operation, operation);
    }

    /** A change of one step that is told in other words than the whole. */
    public static PlannedWork changing(Path disk, StepKind kind, String operation, String text) {
        return simple(
                operation, List.of(PlannedStep.of(kind, disk, text)), new PlanFiles(Set.of(), Set.of(disk), Set.of()));
    }

    /** No change of any file. */
    public static PlannedWork nothing(String operation) {
        return simple(operation, List.of(), new PlanFiles(Set.of(), Set.of(), Set.of()));
    }

    private static PlannedWork simple(String operation, List<PlannedStep> steps, PlanFiles files) {
        return new PlannedWork(
                operation, List.of(), steps, files, OptionalLong.empty(), OptionalLong.empty(), List.of(), List.of());
    }

    /** The same with what was counted ahead. */
    public PlannedWork withCost(long copied) {
        long time = Sector.ceilDiv(copied, Plan.ASSUMED_BYTES_PER_SECOND);
        return new PlannedWork(
                operation, preparations, steps, files, OptionalLong.of(copied), OptionalLong.of(time), rooms, notes);
    }

    /** The same with the room for a new disk. */
    public PlannedWork withRoom(DiskRoom room) {
        return new PlannedWork(
                operation, preparations, steps, files, bytes, seconds, List.of(RoomView.of(room)), notes);
    }

    /** The same with other notes. */
    public PlannedWork withNotes(List<String> others) {
        return new PlannedWork(operation, preparations, steps, files, bytes, seconds, rooms, others);
    }

    /** A line for each thing that is done, in order. */
    List<String> describe() {
        List<String> lines = new ArrayList<>();
        preparations.forEach(step -> lines.add(step.text()));
        steps.forEach(step -> lines.add(step.text()));
        return lines;
    }

    /** The member {@code plan}. */
    void write(JsonView json) throws IOException {
        json.object("plan").field("operation", operation);
        steps(json, "preparations", preparations);
        steps(json, "steps", steps);
        paths(json, "makes", files.made());
        paths(json, "changes", files.changed());
        paths(json, "removes", files.removed());
        json.number("bytes", bytes).number("seconds", seconds);
        RoomView.write(json, rooms);
        json.array("notes");
        for (String note : notes) {
            json.element(note);
        }
        json.endArray().endObject();
    }

    private static void steps(JsonView json, String key, List<PlannedStep> steps) throws IOException {
        json.array(key);
        for (PlannedStep step : steps) {
            step.write(json);
        }
        json.endArray();
    }

    static void paths(JsonView json, String key, Collection<Path> paths) throws IOException {
        json.array(key);
        for (Path path : paths) {
            json.element(path.toAbsolutePath().toString());
        }
        json.endArray();
    }
}
