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
 * A machine's configuration: a typed view over its dictionary.
 *
 * <p>Holds no copies: each method reads the dictionary's value at that moment, and unknown keys stay in the dictionary.
 * A key that is absent has the product's default; a value that makes no sense is read as absent, and lint reports it.
 * Not thread-safe, because the dictionary is mutable.
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

    /**
     * {@return the view over a dictionary, which may hold anything}
     *
     * @param keys changes to it are changes to the configuration
     */
    public static VmxFile of(Dictionary keys) {
        return new VmxFile(keys);
    }

    /**
     * Reads a {@code .vmx} or {@code .vmtx}; see {@link #read(Volume, Path)}.
     *
     * @param file its path
     * @return the configuration
     * @throws IOException as {@link #read(Volume, Path)}
     */
    public static VmxFile read(Path file) throws IOException {
        return read(Volume.system(), file);
    }

    /**
     * Reads a {@code .vmx} or {@code .vmtx}.
     *
     * @param volume that has the file
     * @param file its path
     * @return the configuration
     * @throws MalformedFileException {@code vmx} if there is no assignment in it
     * @throws io.vmdisk.UnsupportedFeatureException {@code not-a-machine} if it is something else: a disk, a list, no
     *     text
     * @throws io.vmdisk.LimitExceededException if it is larger than {@link Dictionary#MAX_BYTES}
     * @throws IOException if the file can't be read
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
     * Refuses a file whose content is of another kind, whatever its name is. A file whose content tells no kind passes,
     * because it may be a damaged configuration: reading it tells what is wrong.
     *
     * @param volume that has the file
     * @param file its path
     * @throws UnsupportedFeatureException {@code not-a-machine} if the content is of another kind
     * @throws IOException if the file can't be read
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

    /** {@return the document; changes to it are changes to the configuration} */
    public Dictionary dictionary() {
        return keys;
    }

    /** {@return an independent configuration with the same content and the same file} */
    public VmxFile copy() {
        return new VmxFile(keys.copy());
    }

    /** {@return the file that it was read from; empty if there is none} */
    public Optional<Path> file() {
        return keys.source();
    }

    /** {@return the folder of the file, absolute; empty if there is no file} */
    public Optional<Path> folder() {
        return file().map(Path::toAbsolutePath).map(Path::getParent);
    }

    /**
     * {@return the file's name without its suffix, after which the machine's other files are named; empty if there is
     * no file}
     */
    public String stem() {
        String name = file().map(Path::getFileName).map(Path::toString).orElse("");
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** {@return whether the file's suffix is {@code .vmtx}, which means a template} */
    public boolean isTemplate() {
        return file().map(Path::getFileName)
                .map(name -> Ascii.toLowerCase(name.toString()).endsWith(TEMPLATE_SUFFIX))
                .orElse(false);
    }

    /** {@return {@code virtualHW.version}; empty if it is absent or no number} */
    public OptionalLong hardwareVersion() {
        return keys.number("virtualHW.version");
    }

    /** {@return the name shown to people; the file's stem if there is none} */
    public String displayName() {
        return keys.get("displayName").filter(name -> !name.isEmpty()).orElse(stem());
    }

    /** {@return {@code guestOS}; empty if absent} */
    public String guestOs() {
        return keys.get("guestOS", "");
    }

    /** {@return the notes, which may have several lines; empty if absent} */
    public String annotation() {
        return keys.get("annotation", "");
    }

    /** {@return the firmware that starts the guest; BIOS unless the file says EFI} */
    public Firmware firmware() {
        return Ascii.equalsIgnoreCase(keys.get("firmware", ""), "efi") ? Firmware.EFI : Firmware.BIOS;
    }

    /** {@return whether only signed boot loaders start} */
    public boolean secureBoot() {
        return keys.flag("uefi.secureBoot.enabled").orElse(false);
    }

    /** {@return the processors; one with one core if nothing is set} */
    public VmxCpu cpu() {
        return new VmxCpu(
                keys.number("numvcpus").orElse(1),
                keys.number("cpuid.coresPerSocket").orElse(1),
                keys.flag("vcpu.hotadd").orElse(false),
                keys.flag("vcpu.hotremove").orElse(false),
                keys.get("sched.cpu.affinity", "all"),
                keys.get("sched.cpu.latencySensitivity", "normal"));
    }

    /** {@return the memory; 32 MiB if nothing is set} */
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

    /** {@return the devices at this moment; after an edit call this again} */
    public VmxDevices devices() {
        return new VmxDevices(keys);
    }

    /** {@return an editor of the devices; it changes this configuration} */
    public VmxEditor edit() {
        return new VmxEditor(this);
    }

    /** {@return {@code uuid.bios}, the identity that the guest sees; empty if absent or no UUID} */
    public Optional<VmUuid> uuidBios() {
        return keys.get("uuid.bios").flatMap(VmUuid::parse);
    }

    /** {@return {@code uuid.location}, by which a host sees that the machine was moved; empty if absent or no UUID} */
    public Optional<VmUuid> uuidLocation() {
        return keys.get("uuid.location").flatMap(VmUuid::parse);
    }

    /** {@return {@code vc.uuid}, the identity that vCenter uses; empty if absent or no UUID} */
    public Optional<VmUuid> uuidInstance() {
        return keys.get("vc.uuid").flatMap(VmUuid::parse);
    }

    /** {@return the checkpoint file from which the next power-on resumes; empty if the machine is not suspended} */
    public Optional<FileReference> checkpoint() {
        return reference("checkpoint.vmState");
    }

    /** {@return whether the checkpoint stays after the resume, as after a revert to a snapshot with memory} */
    public boolean isCheckpointKept() {
        return keys.flag("checkpoint.vmState.readOnly").orElse(false);
    }

    /**
     * {@return whether the last run ended; false while the machine runs and after a crash, true if the key is absent}
     */
    public boolean isCleanShutdown() {
        return keys.flag("cleanShutdown").orElse(true);
    }

    /** {@return the file with the firmware's variables; if none is named, the stem with {@code .nvram}} */
    public FileReference nvram() {
        return reference("nvram").orElseGet(() -> FileReference.of(stem() + ".nvram"));
    }

    /** {@return the XML file beside the configuration ({@code .vmxf}); empty if none is named} */
    public Optional<FileReference> extendedConfig() {
        return reference("extendedConfigFile");
    }

    /** {@return the folder for snapshots and swap; empty if it is the machine's folder} */
    public Optional<FileReference> workingDir() {
        return reference("workingDir");
    }

    /** {@return whether changed blocks are tracked, by the machine's own key} */
    public boolean isChangeTracking() {
        return keys.flag("ctkEnabled").orElse(false);
    }

    /** {@return how much of the configuration itself is encrypted} */
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
        /** Everything but names: the hardware can't be read here. */
        WHOLE
    }

    private Optional<FileReference> reference(String key) {
        return keys.get(key).filter(value -> !value.isEmpty()).map(FileReference::of);
    }

    /**
     * Refuses a configuration that is encrypted as a whole. A plain line beside the encrypted contents has no effect,
     * and what it was meant to change is inside.
     *
     * @throws UnsupportedFeatureException {@code encrypted} if {@link #encryption} is {@link Encryption#WHOLE}
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

    /**
     * Writes the configuration to its file; see {@link #save(Volume)}.
     *
     * @throws IOException as {@link #save(Volume)}
     */
    public void save() throws IOException {
        save(Volume.system());
    }

    /**
     * Writes the configuration to its file; see {@link Dictionary#saveNamed}.
     *
     * @param volume that has the file
     * @throws UnsupportedFeatureException {@code encrypted} if its contents are encrypted
     * @throws io.vmdisk.UnsafeStateException if the file was changed since it was read
     * @throws IOException if the file can't be written
     */
    public void save(Volume volume) throws IOException {
        requireEditable();
        keys.saveNamed(volume);
    }
}
