package io.vmdisk.nbd;

import java.io.IOException;
import java.util.Optional;

/**
 * What a client may ask for by name.
 *
 * @param name as the client gives it, compared exactly
 * @param description for people
 * @param size bytes; 0 with a failure
 * @param failure why it can't be opened at present
 * @since 0.1
 */
public record NbdExport(String name, String description, long size, Optional<IOException> failure) {}
