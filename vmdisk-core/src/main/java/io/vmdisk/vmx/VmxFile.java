package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.FileKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A machine's configuration: typed words over its dictionary.
 *
 * <p>Holds no copy of anything: whatever is read here is the dictionary's value at that moment, and whatever is not known
 * here stays in the dictionary. Keys that are absent have the product's default; values that make no sense read as
 * absent, and lint tells of them. Not thread-safe, since the dictionary is mutable.
 *
 * @since 0.1
 */
public final class VmxFile {
    private static final String TEMPLATE_SUFFIX = ".vmtx";
    private static final long DEFAULT_MEMORY_MIB = 32;

    private final Dictionary keys;

    private VmxFile(Dictionary keys) {
        this.keys = keys;
    }

    /** The view over a dictionary, whatever it holds. */
    public static VmxFile of(Dictionary keys) {
        return new VmxFile(keys);
    }

    /** Reads a {@code .vmx} or {@code .vmtx}; see {@link #read(Volume, Path)}. */
    public static VmxFile read(Path file) throws IOException {
        return read(Volume.system(), file);
    }

    /**
     * Reads a {@code .vmx} or {@code .vmtx}.
     *
     * @throws MalformedFileException if there is not one assignment in it
     * @throws io.vmdisk.UnsupportedFeatureException if it is something else: a disk, a list, no text
     */
    public static VmxFile read(Volume volume, Path file) throws IOException {
        FileKind kind = FileKind.of(volume, file);
        refuseOther(kind, file);
        Dictionary keys = Dictionary.read(volume, file);
        if (keys.names().isEmpty()) {
            throw new MalformedFileException(
                    "vmx",
                    file,
                    -1,
                    keys.lineCount() == 0
                            ? "the file is empty, expected a virtual machine's configuration"
                            : "none of the " + keys.lineCount() + " lines sets a key, expected key = \"value\"",
                    "an intact copy may lie beside it, its name followed by ~, or in vmware.log behind DICT");
        }
        if (kind == FileKind.BINARY) {
            throw kind.insteadOf("a machine", file);
        }
        return new VmxFile(keys);
    }

    /**
     * Refuses a file whose content is that of another kind, whatever its name. What says nothing of itself passes, since it
     * may have been a configuration before it was damaged: whoever reads it tells what is wrong.
     */
    public static void refuseOther(Volume volume, Path file) throws IOException {
        refuseOther(FileKind.of(volume, file), file);
    }

    private static void refuseOther(FileKind kind, Path file) throws UnsupportedFeatureException {
        switch (kind) {
            case MACHINE, EMPTY, TEXT, BINARY -> {}
            default -> throw kind.insteadOf("a machine", file);
        }
    }

    /** The document; changes to it are changes to the configuration. */
    public Dictionary dictionary() {
        return keys;
    }

    /** An independent configuration with the same content. */
    public VmxFile copy() {
        return new VmxFile(keys.copy());
    }

    /** The file it is from. */
    public Optional<Path> file() {
        return keys.source();
    }

    /** The folder it lies in. */
    public Optional<Path> folder() {
        return file().map(Path::toAbsolutePath).map(Path::getParent);
    }

    /** The file's name without its suffix, by which the machine's other files are named; empty if there is no file. */
    public String stem() {
        String name = file().map(Path::getFileName).map(Path::toString).orElse("");
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** Whether the file's suffix says that it is a template. */
    public boolean isTemplate() {
        return file().map(Path::getFileName)
                .map(name -> Ascii.toLowerCase(name.toString()).endsWith(TEMPLATE_SUFFIX))
                .orElse(false);
    }

    /** {@code virtualHW.version}. */
    public OptionalLong hardwareVersion() {
        return keys.number("virtualHW.version");
    }

    /** The name shown to people; the file's stem if there is none. */
    public String displayName() {
        return keys.get("displayName").filter(name -> !name.isEmpty()).orElse(stem());
    }

    /** {@code guestOS}, empty if absent. */
    public String guestOs() {
        return keys.get("guestOS", "");
    }

    /** The notes. */
    public String annotation() {
        return keys.get("annotation", "");
    }

    /** What starts the guest. */
    public Firmware firmware() {
        return Ascii.equalsIgnoreCase(keys.get("firmware", ""), "efi") ? Firmware.EFI : Firmware.BIOS;
    }

    /** Whether only signed boot loaders start. */
    public boolean secureBoot() {
        return keys.flag("uefi.secureBoot.enabled").orElse(false);
    }

    /** The processors. */
    public VmxCpu cpu() {
        return new VmxCpu(
                keys.number("numvcpus").orElse(1),
                keys.number("cpuid.coresPerSocket").orElse(1),
                keys.flag("vcpu.hotadd").orElse(false),
                keys.flag("vcpu.hotremove").orElse(false),
                keys.get("sched.cpu.affinity", "all"),
                keys.get("sched.cpu.latencySensitivity", "normal"));
    }

    /** The memory. */
    public VmxMemory memory() {
        return new VmxMemory(
                keys.number("memSize").orElse(DEFAULT_MEMORY_MIB),
                keys.flag("mem.hotadd").orElse(false),
                keys.number("sched.mem.min").orElse(0),
                keys.number("sched.mem.max").stream()
                        .filter(limit -> limit >= 0)
                        .findFirst(),
                keys.flag("sched.mem.pin").orElse(false),
                keys.get("sched.swap.derivedName", ""));
    }

    /** The devices. */
    public VmxDevices devices() {
        return new VmxDevices(keys);
    }

    /** Changes devices. */
    public VmxEditor edit() {
        return new VmxEditor(this);
    }

    /** {@code uuid.bios}, the identity the guest sees. */
    public Optional<VmUuid> uuidBios() {
        return keys.get("uuid.bios").flatMap(VmUuid::parse);
    }

    /** {@code uuid.location}, by which a host sees that the machine was moved. */
    public Optional<VmUuid> uuidLocation() {
        return keys.get("uuid.location").flatMap(VmUuid::parse);
    }

    /** {@code vc.uuid}, the identity vCenter uses. */
    public Optional<VmUuid> uuidInstance() {
        return keys.get("vc.uuid").flatMap(VmUuid::parse);
    }

    /** The checkpoint that the next power-on resumes from, if the machine is suspended. */
    public Optional<FileReference> checkpoint() {
        return reference("checkpoint.vmState");
    }

    /** Whether the checkpoint stays after the resume, as after a revert to a snapshot with memory. */
    public boolean isCheckpointKept() {
        return keys.flag("checkpoint.vmState.readOnly").orElse(false);
    }

    /** Whether the last run ended; false while it runs and after a crash. */
    public boolean isCleanShutdown() {
        return keys.flag("cleanShutdown").orElse(true);
    }

    /** The file with the firmware's variables; products default to the stem with {@code .nvram}. */
    public FileReference nvram() {
        return reference("nvram").orElseGet(() -> FileReference.of(stem() + ".nvram"));
    }

    /** The XML file beside it, if one is named. */
    public Optional<FileReference> extendedConfig() {
        return reference("extendedConfigFile");
    }

    /** Where snapshots and swap go, if not into the machine's folder. */
    public Optional<FileReference> workingDir() {
        return reference("workingDir");
    }

    /** Whether changed blocks are tracked, as far as the machine's own key says. */
    public boolean isChangeTracking() {
        return keys.flag("ctkEnabled").orElse(false);
    }

    /** Whether the configuration itself is encrypted, wholly or in part. */
    public Encryption encryption() {
        boolean safe = keys.contains("encryption.keySafe") || keys.contains("encryption.bundle");
        if (!safe && !keys.contains("encryption.data")) {
            return Encryption.NONE;
        }
        return keys.contains("virtualHW.version") ? Encryption.PARTIAL : Encryption.WHOLE;
    }

    /** How much of a configuration is encrypted. */
    public enum Encryption {
        /** Nothing. */
        NONE,
        /** The disks or the TPM: the hardware can be read here. */
        PARTIAL,
        /** Everything but names: the hardware cannot be read here. */
        WHOLE
    }

    private Optional<FileReference> reference(String key) {
        return keys.get(key).filter(value -> !value.isEmpty()).map(FileReference::of);
    }

    /**
     * Refuses a configuration whose contents are sealed: a line in the clear beside them has no effect, and what it was meant
     * for is inside.
     */
    public void requireEditable() throws UnsupportedFeatureException {
        if (encryption() == Encryption.WHOLE) {
            throw new UnsupportedFeatureException(
                    "encrypted",
                    file().orElse(null),
                    "the configuration is encrypted as a whole: an edit from outside would change nothing that counts",
                    "change it in the product that has the key, or remove the encryption there first");
        }
    }

    /** Puts the configuration into its file; see {@link #save(Volume)}. */
    public void save() throws IOException {
        save(Volume.system());
    }

    /**
     * Puts the configuration into its file; see {@link Dictionary#save}.
     *
     * @throws UnsupportedFeatureException if its contents are encrypted
     */
    public void save(Volume volume) throws IOException {
        requireEditable();
        keys.saveNamed(volume);
    }
}
