package io.vmdisk.cli.vmx;

import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.LockTaker;
import io.vmdisk.vmx.VmxFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An edit of one key, and whether it was written.
 *
 * @param file the configuration
 * @param key the key
 * @param before its value, or null if it was not set
 * @param after its new value, or null if it is not set any more
 * @param outcome what became of it
 */
record VmxChange(
        Path file,
        String key,
        @Nullable String before,
        @Nullable String after,
        Outcome outcome) implements Result {
    /** Changes a configuration in memory. */
    interface Edit {
        void apply(VmxFile vmx) throws IOException;
    }

    /** Applies an edit to the file, under the lock that VMware's products respect; refused while an operation is open. */
    static VmxChange write(VmArgument vm, String key, Edit edit) throws IOException {
        Volume volume = Volume.system();
        Path file = vm.configuration();
        Closeable lock = LockTaker.of(volume).take(List.of(file));
        try (lock;
                Closeable held = new FileLocks(volume).changed(file).take()) {
            Objects.requireNonNull(held);
            FolderLock.refuseJournal(volume, AtomicName.folderOf(volume.real(file)));
            VmxFile vmx = VmxFile.read(volume, file);
            vmx.requireEditable();
            String before = vmx.dictionary().get(key).orElse(null);
            edit.apply(vmx);
            boolean changed = vmx.dictionary().isChanged();
            if (changed) {
                vmx.save(volume);
            }
            return new VmxChange(
                    file,
                    key,
                    before,
                    vmx.dictionary().get(key).orElse(null),
                    changed ? Outcome.DONE : Outcome.NOTHING);
        }
    }

    /** Tries an edit; nothing on disk changes. */
    static VmxChange rehearse(VmArgument vm, String key, Edit edit) throws IOException {
        Path file = vm.configuration();
        VmxFile vmx = VmxFile.read(Volume.system(), file);
        vmx.requireEditable();
        String before = vmx.dictionary().get(key).orElse(null);
        edit.apply(vmx);
        return new VmxChange(file, key, before, vmx.dictionary().get(key).orElse(null), Outcome.DRY_RUN);
    }

    @Override
    public void print(TableView text) throws IOException {
        String change = key + ": " + shown(before) + " -> " + shown(after);
        text.line(
                switch (outcome) {
                    case DONE -> change;
                    case LOOKED, NOTHING -> key + ": " + shown(after) + ", unchanged";
                    case DRY_RUN -> change + ", not written";
                });
    }

    private static String shown(@Nullable String value) {
        return value == null ? "not set" : "\"" + value + "\"";
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", file.toAbsolutePath().toString())
                .field("key", key)
                .field("before", before)
                .field("after", after);
    }
}
