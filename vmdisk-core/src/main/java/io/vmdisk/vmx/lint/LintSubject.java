package io.vmdisk.vmx.lint;

import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.vmx.VmxDevices;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.GuestOs;
import java.util.Optional;

/**
 * What a rule looks at.
 *
 * @param vmx the configuration
 * @param devices its devices, found once for all rules
 * @param context what is known beyond it
 * @param options what it is judged for
 */
record LintSubject(VmxFile vmx, VmxDevices devices, LintContext context, LintOptions options) {
    Dictionary keys() {
        return vmx.dictionary();
    }

    Optional<GuestOs> guest() {
        return GuestOs.find(vmx.guestOs());
    }

    Optional<EsxiRelease> target() {
        return options.target();
    }

    boolean isOn(String key) {
        return keys().flag(key).orElse(false);
    }
}
