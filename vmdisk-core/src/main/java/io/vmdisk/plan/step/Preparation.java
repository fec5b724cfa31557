package io.vmdisk.plan.step;

import io.vmdisk.disk.make.CreateSpec;
import java.nio.file.Path;

/**
 * Something new that a plan makes before its commit point. Undone by removing what it made; names are those of its
 * {@link #target}.
 */
public sealed interface Preparation {
    /** The new file, or the descriptor of the new disk. */
    Path target();

    /** Bytes written. */
    long bytes();

    /** The most bytes that its file store may have to give. */
    default long room() {
        return bytes();
    }

    /** One line for people. */
    default String describe() {
        return describe(StepNames.SHORT);
    }

    /** One line for people, with files called as {@code names} calls them. */
    String describe(StepNames names);

    /**
     * A new folder, for what is made after it. Undone by removing it if nothing is left in it.
     *
     * @param target must not exist; the folder above it must, or be made before
     */
    record MakeFolder(Path target) implements Preparation {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public String describe(StepNames names) {
            return "make folder " + names.of(target);
        }
    }

    /**
     * New content for a small file, kept beside it until {@link Step.Publish}.
     *
     * @param target the file that will have the content; may exist
     * @param content all of it
     */
    record StageText(Path target, Content content) implements Preparation {
        @Override
        public long bytes() {
            return content.length();
        }

        @Override
        public String describe(StepNames names) {
            return "write " + names.of(target) + " (" + content.length() + " bytes)";
        }
    }

    /**
     * A new, empty disk under its own name, which nothing uses yet.
     *
     * @param target its descriptor; must not exist
     */
    record CreateDisk(Path target, CreateSpec spec) implements Preparation {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public String describe(StepNames names) {
            Path parent = spec.parent();
            return "create " + spec.format().word() + " disk " + names.of(target)
                    + (parent == null ? "" : " on " + names.of(parent));
        }
    }

    /**
     * A copy of a file.
     *
     * @param source stays as it is
     * @param target must not exist
     * @param bytes the source's length
     */
    record CopyFile(Path source, Path target, long bytes) implements Preparation {
        @Override
        public String describe(StepNames names) {
            return "copy " + names.of(source) + " to " + names.of(target);
        }
    }

    /**
     * A full copy of a disk, with all its parents, in one.
     *
     * @param source the disk to copy
     * @param target must not exist
     * @param bytes what the source holds
     */
    record CopyDisk(Path source, Path target, CreateSpec spec, long bytes) implements Preparation {
        /** Tables of sparse formats and the descriptor: 8 bytes for each 64 KiB, and something to begin with. */
        private static final long BYTES_FOR_ONE_OF_TABLES = 8192;

        private static final long LEAST_TABLES = 64 << 10;

        @Override
        public long room() {
            return (spec.format().isThick() ? spec.capacity() : bytes)
                    + spec.capacity() / BYTES_FOR_ONE_OF_TABLES
                    + LEAST_TABLES;
        }

        @Override
        public String describe(StepNames names) {
            return "copy disk " + names.of(source) + " to " + spec.format().word() + " disk " + names.of(target);
        }
    }
}
