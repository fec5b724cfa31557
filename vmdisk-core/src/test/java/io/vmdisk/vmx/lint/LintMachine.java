package io.vmdisk.vmx.lint;

import com.google.common.base.Splitter;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A clean machine, edited as a row of the table of cases says, and what is known around it. */
final class LintMachine implements LintContext {
    private static final String CLEAN = """
            .encoding = "UTF-8"
            config.version = "8"
            virtualHW.version = "19"
            displayName = "web01"
            guestOS = "ubuntu-64"
            numvcpus = "4"
            memSize = "8192"
            scsi0.present = "TRUE"
            scsi0.virtualDev = "pvscsi"
            scsi0.pciSlotNumber = "160"
            scsi0.sasWWID = "50 05 05 67 11 dd d6 70"
            scsi0:0.present = "TRUE"
            scsi0:0.deviceType = "scsi-hardDisk"
            scsi0:0.fileName = "web01.vmdk"
            ethernet0.present = "TRUE"
            ethernet0.virtualDev = "vmxnet3"
            ethernet0.networkName = "VM Network"
            ethernet0.addressType = "generated"
            ethernet0.generatedAddress = "00:0c:29:37:c3:42"
            ethernet0.generatedAddressOffset = "0"
            ethernet0.pciSlotNumber = "192"
            pciBridge0.present = "TRUE"
            floppy0.present = "FALSE"
            uuid.bios = "56 4d fc a7 11 dd d6 7e-19 cc fc ad 0a 37 c3 42"
            uuid.location = "56 4d fc a7 11 dd d6 7e-19 cc fc ad 0a 37 c3 42"
            vmci0.present = "TRUE"
            vmci0.id = "171426626"
            nvram = "web01.nvram"
            cleanShutdown = "TRUE"
            """;

    private final Dictionary keys;
    private final StringBuilder rawLines = new StringBuilder();
    private String front = "";
    private final Set<String> missing = new HashSet<>();
    private final Map<String, DiskFacts> disks = new HashMap<>();
    private final List<VmxFile> others = new ArrayList<>();
    private Optional<SnapshotFacts> snapshots = Optional.empty();
    private Optional<Boolean> locked = Optional.empty();

    private LintMachine() throws IOException {
        keys = Dictionary.parse(CLEAN.getBytes(StandardCharsets.UTF_8), null);
    }

    static LintMachine withEdits(String edits) throws IOException {
        LintMachine machine = new LintMachine();
        for (String edit : Splitter.on(';').omitEmptyStrings().split(edits)) {
            machine.apply(edit);
        }
        return machine;
    }

    /** The bytes are Latin-1 on purpose: a raw line can be no UTF-8. */
    VmxFile vmx() throws IOException {
        byte[] clean = keys.toBytes();
        byte[] raw = rawLines.toString().contains("\u201c")
                ? rawLines.toString().getBytes(StandardCharsets.UTF_8)
                : rawLines.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] mark = front.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[mark.length + clean.length + raw.length];
        System.arraycopy(mark, 0, all, 0, mark.length);
        System.arraycopy(clean, 0, all, mark.length, clean.length);
        System.arraycopy(raw, 0, all, mark.length + clean.length, raw.length);
        return VmxFile.of(Dictionary.parse(all, Path.of("/vms/web01/web01.vmx")));
    }

    private static String unescaped(String text) {
        return text.replace("\\u00e9", "\u00e9")
                .replace("\\u0000", "\0")
                .replace("\\u001b", "\u001b")
                .replace("\\u201c", "\u201c")
                .replace("\\u201d", "\u201d")
                .replace("\\r", "\r");
    }

    private void apply(String edit) throws IOException {
        String rest = unescaped(edit.substring(1));
        switch (edit.charAt(0)) {
            case '-' -> keys.remove(rest);
            case '+' -> rawLines.append(rest).append('\n');
            case '^' -> front = "\uFEFF";
            case '!' -> fact(Splitter.on(' ').splitToList(rest), rest);
            default -> set(keys, unescaped(edit));
        }
    }

    private static void set(Dictionary keys, String edit) throws IOException {
        int equals = edit.indexOf('=');
        keys.set(edit.substring(0, equals), edit.substring(equals + 1));
    }

    private void fact(List<String> words, String text) throws IOException {
        switch (words.get(0)) {
            case "missing" -> missing.add(words.get(1));
            case "locked" -> locked = Optional.of(words.get(1).equals("yes"));
            case "disk" ->
                disks.put(
                        words.get(1),
                        new DiskFacts(
                                words.get(2),
                                words.get(3),
                                Integer.parseInt(words.get(4)),
                                Long.parseLong(words.get(5)),
                                words.get(6).equals("thin"),
                                words.stream().skip(7).collect(Collectors.toSet())));
            case "snapshots" ->
                snapshots = Optional.of(new SnapshotFacts(
                        Integer.parseInt(words.get(1)),
                        Long.parseLong(words.get(2)),
                        words.get(3).equals("yes"),
                        words.subList(4, words.size())));
            case "other" -> {
                Dictionary other = Dictionary.empty(Path.of("/vms/web01/other.vmx"));
                for (String edit : Splitter.on(',').split(text.substring("other ".length()))) {
                    set(other, edit);
                }
                others.add(VmxFile.of(other));
            }
            case "disks" -> {
                for (int unit = 1; unit <= Integer.parseInt(words.get(1)); unit++) {
                    if (unit != 7) {
                        keys.set("scsi0:" + unit + ".present", "TRUE");
                        keys.set("scsi0:" + unit + ".fileName", "d" + unit + ".vmdk");
                    }
                }
            }
            default -> throw new IllegalArgumentException(text);
        }
    }

    @Override
    public Presence presence(FileReference file) {
        return missing.contains(file.text()) ? Presence.MISSING : Presence.PRESENT;
    }

    @Override
    public Optional<DiskFacts> disk(FileReference file) {
        return Optional.ofNullable(disks.get(file.text()));
    }

    @Override
    public Optional<SnapshotFacts> snapshots() {
        return snapshots;
    }

    @Override
    public List<VmxFile> others() {
        return others;
    }

    @Override
    public Optional<Boolean> locked() {
        return locked;
    }
}
