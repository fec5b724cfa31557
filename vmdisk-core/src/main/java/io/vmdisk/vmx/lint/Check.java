package io.vmdisk.vmx.lint;

import java.util.List;

/** Finds the places where something is wrong in one way. */
interface Check {
    List<Hit> hits(LintSubject subject);
}
