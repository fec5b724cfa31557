package io.vmdisk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What can be done about a finding or a refusal: words, and between them the {@link Action actions} that vmdisk offers,
 * each with the thing that it acts on.
 *
 * <p>A program acts on {@link #actions()}. People read {@link #text()}, or a text in which the program puts its own
 * words for each action, as the command line puts its commands. Immutable, so safe for use by several threads.
 *
 * @since 0.1
 */
public final class Remedy {
    /** Nothing needs doing, or nothing is known to help. */
    public static final Remedy NONE = new Remedy(List.of());

    private final List<Object> parts;

    private Remedy(List<Object> parts) {
        this.parts = parts;
    }

    /**
     * A remedy of words alone, such as {@code copy the file again}.
     *
     * @param words what to do; may be empty
     * @return the remedy; {@link #NONE} if there are no words
     */
    public static Remedy say(String words) {
        return NONE.and(words);
    }

    /**
     * A remedy that begins with an action on something that the context names.
     *
     * @param kind what to do
     * @return the remedy, of one action
     */
    public static Remedy of(Kind kind) {
        return NONE.with(kind);
    }

    /**
     * A remedy that begins with an action on a file.
     *
     * @param kind what to do
     * @param subject the file; null if the context names it
     * @return the remedy, of one action
     */
    public static Remedy of(Kind kind, @Nullable Path subject) {
        return NONE.with(kind, subject);
    }

    /**
     * A remedy that begins with an action that takes a value.
     *
     * @param kind what to do
     * @param value the value, as the kind describes it
     * @return the remedy, of one action
     */
    public static Remedy of(Kind kind, String value) {
        return NONE.with(kind, value);
    }

    /**
     * A remedy that begins with an action on a file that takes values.
     *
     * @param kind what to do
     * @param subject the file; null if the context names it
     * @param values the values, as the kind describes them
     * @return the remedy, of one action
     */
    public static Remedy of(Kind kind, @Nullable Path subject, String... values) {
        return NONE.with(kind, subject, values);
    }

    /**
     * Appends words.
     *
     * @param words what follows, with its own spaces; may be empty
     * @return this remedy, followed by the words
     */
    public Remedy and(String words) {
        return words.isEmpty() ? this : plus(words);
    }

    /**
     * Appends another remedy.
     *
     * @param more what follows
     * @return this remedy, followed by the other
     */
    public Remedy and(Remedy more) {
        List<Object> all = new ArrayList<>(parts);
        all.addAll(more.parts);
        return new Remedy(List.copyOf(all));
    }

    /**
     * Appends an action on something that the context names.
     *
     * @param kind what to do
     * @return this remedy, followed by the action
     */
    public Remedy with(Kind kind) {
        return plus(new Action(kind, Optional.empty(), List.of()));
    }

    /**
     * Appends an action on a file.
     *
     * @param kind what to do
     * @param subject the file; null if the context names it
     * @return this remedy, followed by the action
     */
    public Remedy with(Kind kind, @Nullable Path subject) {
        return plus(new Action(kind, Optional.ofNullable(subject), List.of()));
    }

    /**
     * Appends an action that takes a value.
     *
     * @param kind what to do
     * @param value the value, as the kind describes it
     * @return this remedy, followed by the action
     */
    public Remedy with(Kind kind, String value) {
        return plus(new Action(kind, Optional.empty(), List.of(value)));
    }

    /**
     * Appends an action on a file that takes values.
     *
     * @param kind what to do
     * @param subject the file; null if the context names it
     * @param values the values, as the kind describes them
     * @return this remedy, followed by the action
     */
    public Remedy with(Kind kind, @Nullable Path subject, String... values) {
        return plus(new Action(kind, Optional.ofNullable(subject), List.of(values)));
    }

    private Remedy plus(Object part) {
        List<Object> all = new ArrayList<>(parts);
        all.add(part);
        return new Remedy(List.copyOf(all));
    }

    /**
     * Makes a disk the subject of the checks, repairs and salvages that name none.
     *
     * @param disk the disk
     * @return the same remedy; its other actions are unchanged
     */
    public Remedy about(Path disk) {
        List<Object> named = new ArrayList<>();
        for (Object part : parts) {
            boolean bare = part instanceof Action action
                    && action.kind().takesDisk()
                    && action.subject().isEmpty();
            named.add(bare ? new Action(((Action) part).kind(), Optional.of(disk), ((Action) part).values()) : part);
        }
        return new Remedy(List.copyOf(named));
    }

    /** {@return whether it has neither words nor actions} */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** {@return what vmdisk can do, in the order of the text; empty if there are only words} */
    public List<Action> actions() {
        List<Action> actions = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Action action) {
                actions.add(action);
            }
        }
        return List.copyOf(actions);
    }

    /**
     * Whether one of the actions is of a kind.
     *
     * @param kind the kind to look for
     * @return true if {@link #actions()} has one
     */
    public boolean offers(Kind kind) {
        return actions().stream().anyMatch(action -> action.kind() == kind);
    }

    /** {@return a sentence for people, in the words of this library; empty if {@link #isEmpty()}} */
    public String text() {
        return text(Action::words);
    }

    /**
     * A sentence for people that words each action in another way.
     *
     * @param words gives the words for an action
     * @return the words and actions in order
     */
    public String text(Function<Action, String> words) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            text.append(part instanceof Action action ? words.apply(action) : (String) part);
        }
        return text.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Remedy remedy && parts.equals(remedy.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }

    /**
     * One thing that vmdisk offers to do.
     *
     * @param kind what to do
     * @param subject the file to act on; empty if the finding or refusal names it, or if there is none
     * @param values further values, as the kind describes them
     * @since 0.1
     */
    public record Action(Kind kind, Optional<Path> subject, List<String> values) {
        /**
         * Copies the values.
         *
         * @param kind what to do
         * @param subject the file to act on; empty if the finding or refusal names it, or if there is none
         * @param values further values, as the kind describes them
         */
        public Action {
            values = List.copyOf(values);
        }

        /** {@return a noun for it, such as {@code a repair of the tables of web01.vmdk}} */
        public String words() {
            StringBuilder text = new StringBuilder(kind.words);
            values.forEach(value -> text.append(' ').append(value));
            subject.ifPresent(
                    file -> text.append(kind.isChoice() ? " " : " of ").append(file));
            return text.toString();
        }

        // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Action that
                    && kind == that.kind
                    && subject.equals(that.subject)
                    && values.equals(that.values);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * kind.hashCode() + subject.hashCode()) + values.hashCode();
        }
    }

    /** What vmdisk can do. The names are stable: JSON uses {@link #key()}. */
    public enum Kind {
        /** Look at everything of a disk or a machine. */
        CHECK("a check", Takes.DISK),
        /** Check all links of a disk's chain. */
        CHECK_CHAIN("a check of the chain", Takes.DISK),
        /** Check a disk and inflate every compressed grain. */
        CHECK_DATA("a check of the data", Takes.DISK),
        /** Put the tables of a disk right. */
        REPAIR_TABLES("a repair of the tables", Takes.DISK),
        /** Give back space that nothing uses. */
        REPAIR_LEAKS("a repair of the leaks", Takes.DISK),
        /** Make a descriptor fit its files, or make a new one. */
        REPAIR_DESCRIPTOR("a repair of the descriptor", Takes.DISK),
        /** Let links accept their parents' present content again. */
        RELINK("a repair of the content IDs", Takes.DISK),
        /** Name another file as a disk's parent; the value is that parent. */
        REPLACE_PARENT("a repair of the parent", Takes.DISK),
        /** Save what can be read into a new disk. */
        SALVAGE("a salvage", Takes.DISK),
        /** Rebuild a machine's snapshot list, or restore its name. */
        REPAIR_LIST("a repair of the snapshot list", Takes.FILE),
        /** Write the names that a machine's files have here; the subject is its configuration. */
        REPAIR_PATHS("a repair of the names", Takes.FILE),
        /** Finish or undo an interrupted operation. */
        RECOVER("a recovery", Takes.FILE),
        /** Give up an interrupted operation and leave all files as they are. */
        DROP_JOURNAL("setting the journal aside", Takes.FILE),
        /** Merge links that no snapshot needs. */
        CONSOLIDATE("a consolidation", Takes.FILE),
        /** Copy a disk's content to a new disk; the value is the new format. */
        CONVERT("a conversion", Takes.FILE),
        /** Copy what the links hold although their parent is lost. */
        CONVERT_DAMAGED("a conversion without the lost parent", Takes.FILE),
        /** Copy a disk as a delta on another one. */
        MAKE_DELTA("a conversion to a delta", Takes.FILE),
        /** Copy all content into a disk, so that it needs no parent. */
        MAKE_INDEPENDENT("a disk without a parent", Takes.FILE),
        /** Copy a disk or a machine. */
        CLONE("a clone", Takes.FILE),
        /** Give a disk or a machine another name. */
        RENAME("another name", Takes.FILE),
        /** Remove a disk. */
        REMOVE("removal", Takes.FILE),
        /** Make a disk larger or smaller. */
        RESIZE("a change of size", Takes.FILE),
        /** Delete one snapshot of a machine. */
        DELETE_SNAPSHOT("deletion of a snapshot", Takes.FILE),
        /** Go back to a snapshot without its memory; the value is the snapshot. */
        REVERT("a return to the snapshot", Takes.FILE),
        /** Delete all snapshots of a machine. */
        DELETE_SNAPSHOTS("deletion of all snapshots", Takes.FILE),
        /** Show what a disk or a machine is made of. */
        SHOW("information", Takes.FILE),
        /** Show where each range of a disk lies. */
        SHOW_MAP("the map", Takes.FILE),
        /** Show the snapshots of a machine. */
        LIST_SNAPSHOTS("the list of snapshots", Takes.FILE),
        /** Find what is wrong in a configuration. */
        LINT("a lint of the configuration", Takes.FILE),
        /** Set a key of a configuration; the values are the key and its value. */
        SET_KEY("setting the key", Takes.FILE),
        /** Remove a key of a configuration; the value is the key. */
        UNSET_KEY("removing the key", Takes.FILE),
        /** Write the digests of a disk. */
        HASH("a manifest of digests", Takes.FILE),
        /** Make one part of a tree of digests; the value is its range. */
        HASH_PART("digests of the range", Takes.FILE),
        /** Bring a file back, or say where it is now. */
        BRING_BACK("bring it back", Takes.DEED),
        /** Copy a file again from its source. */
        COPY_AGAIN("copy the file again", Takes.DEED),
        /** Make room on a file store. */
        FREE_SPACE("free some space", Takes.DEED),
        /** Allow what was refused; the value is the condition of the refusal. */
        ALLOW("the permission", Takes.CHOICE),
        /** Look into more folders; the subject is one of them. */
        SEARCH("a search of the folder", Takes.CHOICE),
        /** Say in which folder a named datastore lies. */
        MAP_STORE("the folder of the datastore", Takes.CHOICE),
        /** Consolidate into a new disk and leave the links as they are. */
        INTO("a new disk as target", Takes.CHOICE),
        /** Give space back while links are merged. */
        LOW_SPACE("the choice of low space", Takes.CHOICE),
        /** Name a parent. */
        PARENT("the name of the parent", Takes.CHOICE),
        /** Name the device to which a raw device mapping leads. */
        DEVICE("the path of a device", Takes.CHOICE),
        /** Cut off what lies after a disk's new end. */
        SHRINK("a shrink", Takes.CHOICE),
        /** Give space back by punching holes. */
        PUNCH("punching holes", Takes.CHOICE),
        /** Give space back by rewriting a file. */
        COMPACT("a compaction", Takes.CHOICE),
        /** Choose the size of a disk's parts. */
        EXTENT_SIZE("extent size", Takes.CHOICE),
        /** Choose the size of a disk. */
        SIZE("size", Takes.CHOICE),
        /** Choose MAC addresses. */
        MAC("the MAC addresses", Takes.CHOICE),
        /** Choose a snapshot. */
        SNAPSHOT("the name of a snapshot", Takes.CHOICE),
        /** Save a machine's memory with a snapshot. */
        MEMORY("memory", Takes.CHOICE),
        /** Keep a machine's snapshots. */
        KEEP_SNAPSHOTS("keep the snapshots", Takes.CHOICE),
        /** Choose one of a machine's disks; the value is where it is attached, such as {@code scsi0:0}. */
        DISK("a place such as", Takes.CHOICE),
        /** Read the bytes of a file as they are. */
        RAW("the raw bytes", Takes.CHOICE),
        /** Copy a disk in a format that ESXi hosts run. */
        CONVERT_FOR_HOST("a conversion for ESXi", Takes.FILE),
        /** Start Java with native access. */
        NATIVE_ACCESS("native access", Takes.CHOICE);

        private final String words;
        private final Takes takes;

        Kind(String words, Takes takes) {
            this.words = words;
            this.takes = takes;
        }

        /** {@return the name in JSON, such as {@code repair-tables}} */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /**
         * The kind with a name.
         *
         * @param key a name that {@link #key()} gives
         * @return its kind
         * @throws IllegalArgumentException if no kind has this name
         */
        public static Kind ofKey(String key) {
            return valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        /** {@return a plain noun for it} */
        public String words() {
            return words;
        }

        /** {@return whether it is not an operation but an option of the operation that was refused} */
        public boolean isChoice() {
            return takes == Takes.CHOICE;
        }

        /** {@return whether people have to do it, outside vmdisk} */
        public boolean isDeed() {
            return takes == Takes.DEED;
        }

        private boolean takesDisk() {
            return takes == Takes.DISK;
        }

        private enum Takes {
            DISK,
            FILE,
            CHOICE,
            DEED
        }
    }
}
