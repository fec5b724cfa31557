package io.vmdisk.vmx.lint;

import io.vmdisk.Finding;
import io.vmdisk.Remedy;

/**
 * One thing in a configuration that is wrong or could be better.
 *
 * @param id the rule, such as {@code LIM-04}
 * @param severity how bad it is
 * @param key the key it is about; empty if it is about the whole file
 * @param line that key's line, from 1; 0 if the key is not set
 * @param value that key's value, made safe for a terminal; secrets are hidden
 * @param message what was found and why it matters
 * @param fix what to do
 * @since 0.1
 */
public record LintFinding(
        String id, Finding.Severity severity, String key, int line, String value, String message, Remedy fix) {}
