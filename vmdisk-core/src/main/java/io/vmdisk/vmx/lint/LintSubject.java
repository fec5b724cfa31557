package io.vmdisk.vmx.lint;

import com.google.common.base.Suppliers;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.dictionary.DictionaryEntry;
import io.vmdisk.dictionary.DictionaryProblem;
import io.vmdisk.vmx.HardwareLimits;
import io.vmdisk.vmx.VmxController;
import io.vmdisk.vmx.VmxDevices;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxMedia;
import io.vmdisk.vmx.VmxNic;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.GuestOs;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import io.vmdisk.vmx.hardware.HardwareVersion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What the rules look at. Each list is made once for all of them: a file may have a hundred thousand devices, and there are
 * more than a hundred rules. Nothing is edited meanwhile. For one thread.
 */
final class LintSubject {
    private final VmxFile vmx;
    private final LintContext context;
    private final LintOptions options;
    private final VmxDevices devices;
    private final Supplier<List<VmxDisk>> disks;
    private final Supplier<List<VmxController>> controllers;
    private final Supplier<Set<String>> sharedBuses;
    private final Supplier<List<VmxMedia>> media;
    private final Supplier<List<VmxNic>> nics;
    private final Supplier<List<String>> names;
    private final Supplier<List<DictionaryEntry>> entries;
    private final Supplier<List<DictionaryProblem>> problems;
    private final Supplier<List<HardwareLimits.Violation>> violations;
    private final Supplier<Optional<GuestOs>> guest;

    /**
     * A subject.
     *
     * @param vmx the configuration
     * @param context what is known beyond it
     * @param options what it is judged for
     */
    LintSubject(VmxFile vmx, LintContext context, LintOptions options) {
        this.vmx = vmx;
        this.context = context;
        this.options = options;
        this.devices = vmx.devices();
        this.disks = Suppliers.memoize(devices::disks);
        this.controllers = Suppliers.memoize(devices::controllers);
        this.sharedBuses = Suppliers.memoize(() -> controllers().stream()
                .filter(VmxController::isShared)
                .map(VmxController::name)
                .collect(Collectors.toSet()));
        this.media = Suppliers.memoize(devices::media);
        this.nics = Suppliers.memoize(devices::nics);
        this.names = Suppliers.memoize(keys()::names);
        this.entries = Suppliers.memoize(keys()::entries);
        this.problems = Suppliers.memoize(keys()::problems);
        this.violations = Suppliers.memoize(this::findViolations);
        this.guest = Suppliers.memoize(() -> GuestOs.find(vmx.guestOs()));
    }

    VmxFile vmx() {
        return vmx;
    }

    LintContext context() {
        return context;
    }

    LintOptions options() {
        return options;
    }

    VmxDevices devices() {
        return devices;
    }

    List<VmxDisk> disks() {
        return disks.get();
    }

    List<VmxController> controllers() {
        return controllers.get();
    }

    /** The adapters, by name, that other machines may use too. */
    Set<String> sharedBuses() {
        return sharedBuses.get();
    }

    List<VmxMedia> media() {
        return media.get();
    }

    List<VmxNic> nics() {
        return nics.get();
    }

    Dictionary keys() {
        return vmx.dictionary();
    }

    /** As {@link Dictionary#names}. */
    List<String> names() {
        return names.get();
    }

    /** As {@link Dictionary#entries}. */
    List<DictionaryEntry> entries() {
        return entries.get();
    }

    /** As {@link Dictionary#problems}. */
    List<DictionaryProblem> problems() {
        return problems.get();
    }

    /** The hardware version, if there is such a one. */
    Optional<HardwareVersion> version() {
        OptionalLong number = vmx.hardwareVersion();
        return number.isEmpty() ? Optional.empty() : HardwareCatalog.get().version(number.getAsLong());
    }

    /** What is past a limit of the hardware version or the host. */
    List<HardwareLimits.Violation> violations() {
        return violations.get();
    }

    private List<HardwareLimits.Violation> findViolations() {
        return version()
                .map(version -> HardwareLimits.violations(vmx, version, target()))
                .orElse(List.of());
    }

    Optional<GuestOs> guest() {
        return guest.get();
    }

    Optional<EsxiRelease> target() {
        return options.target();
    }

    boolean isOn(String key) {
        return keys().flag(key).orElse(false);
    }
}
