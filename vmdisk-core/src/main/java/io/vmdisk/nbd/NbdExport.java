package io.vmdisk.nbd;

import java.io.IOException;
import java.util.Optional;

/**
 * A disk or partition that a client may ask for by name.
 *
 * @param name as the client gives it, compared exactly
 * @param description for people
 * @param size in bytes; 0 if there is a failure
 * @param failure why it can't be opened at present; empty if it can
 * @since 0.1
 */
public record NbdExport(String name, String description, long size, Optional<IOException> failure) {}
