package io.vmdisk.extent;

import java.util.List;

/**
 * What a repair of a sparse file's own metadata would do.
 *
 * @param metadataBytes bytes from the start of the file that hold all that it may change; they are kept beforehand
 * @param change what is set or made anew in which file, for people
 * @param notes what else there is to know of it, for people
 */
public record MetadataRepair(long metadataBytes, String change, List<String> notes) {}
