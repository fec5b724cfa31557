package io.vmdisk.cli.view;

/** A result whose JSON is another program's, qemu-img's: {@link #write} writes one whole value, and nothing is around it. */
public interface BareResult extends Result {}
