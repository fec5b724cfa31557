package io.vmdisk.cli.line;

/**
 * An option that a line has.
 *
 * @param name its longest name, with dashes
 * @param heading what it stands under in the help, as in {@link OperandForms}; empty if under none
 */
public record GivenOption(String name, String heading) {}
