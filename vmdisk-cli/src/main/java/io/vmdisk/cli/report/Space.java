package io.vmdisk.cli.report;

/**
 * Space that could be given back.
 *
 * @param what what holds it
 * @param bytes how much
 * @param remedy what gives it back
 */
record Space(String what, Answer<Long> bytes, String remedy) {}
