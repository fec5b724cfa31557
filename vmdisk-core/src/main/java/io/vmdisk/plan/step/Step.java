package io.vmdisk.plan.step;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A change that a plan makes after its commit point. Each can be made again with the same result, so that recovery may
 * start with the one that was interrupted.
 */
public sealed interface Step {
    /** One line for people. */
    default String describe() {
        return describe(StepNames.SHORT);
    }

    /** One line for people, with files called as {@code names} calls them. */
    String describe(StepNames names);

    /** Bytes copied. */
    default long bytes() {
        return 0;
    }

    /** Bytes that files may grow by. */
    default Map<Path, Long> spaceNeeded() {
        return Map.of();
    }

    /** Gives staged content its name; see {@link Preparation.StageText}. */
    record Publish(Path target) implements Step {
        @Override
        public String describe(StepNames names) {
            return "put the new " + names.of(target) + " in place";
        }
    }

    /** Changes a disk's descriptor, wherever it stands. */
    record EditDescriptor(Path disk, DescriptorEdit edit) implements Step {
        @Override
        public String describe(StepNames names) {
            return "set in " + names.of(disk) + ": " + edit.describe();
        }
    }

    /** Makes a disk larger. */
    record GrowDisk(Path disk, long capacity) implements Step {
        @Override
        public String describe(StepNames names) {
            return "grow " + names.of(disk) + " to " + capacity + " bytes";
        }
    }

    /** Makes a disk smaller, in which there is nothing behind the new end; files behind it are removed by later steps. */
    record ShrinkDisk(Path disk, long capacity) implements Step {
        @Override
        public String describe(StepNames names) {
            return "shrink " + names.of(disk) + " to " + capacity + " bytes";
        }
    }

    /**
     * Moves what links on top of a disk hold into it: each grain's newest copy, once. The links stay until they are
     * deleted by later steps.
     *
     * @param links the topmost first, the one on {@code into} last
     * @param into the disk that takes it all
     * @param space what happens to the links' space meanwhile
     * @param bytes what the links hold, each place once
     * @param growth what {@code into} may grow by before links have made room for it
     */
    record Fold(List<Path> links, Path into, Space space, long bytes, long growth) implements Step {
        /** What happens to the links' space while they are folded. */
        public enum Space {
            /** It stays until they are deleted. */
            KEEP,
            /** Every stretch that is merged is given back at once, so that a full store can be rescued. */
            GIVE_BACK
        }

        /** Copies the list. */
        public Fold {
            links = List.copyOf(links);
        }

        @Override
        public String describe(StepNames names) {
            return "fold "
                    + String.join(", ", links.stream().map(names::of).toList()) + " into " + names.of(into) + " ("
                    + bytes + " bytes)"
                    + (space == Space.GIVE_BACK ? ", giving their space back" : "");
        }

        @Override
        public Map<Path, Long> spaceNeeded() {
            return Map.of(into, growth);
        }
    }

    /** Renames a file. */
    record Move(Path from, Path to) implements Step {
        @Override
        public String describe(StepNames names) {
            return "rename " + names.of(from) + " to " + names.of(to);
        }
    }

    /** Removes a file. */
    record Delete(Path path) implements Step {
        @Override
        public String describe(StepNames names) {
            return "remove " + names.of(path);
        }
    }
}
