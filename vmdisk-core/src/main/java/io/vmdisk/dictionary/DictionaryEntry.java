package io.vmdisk.dictionary;

/**
 * One assignment of a document, whether it counts or is a duplicate.
 *
 * @param line its physical line, from 1
 * @param name the key as it is spelled there
 * @param value the decoded value
 * @param quoted whether the value stands in quotes
 * @since 0.1
 */
public record DictionaryEntry(int line, String name, String value, boolean quoted) {}
