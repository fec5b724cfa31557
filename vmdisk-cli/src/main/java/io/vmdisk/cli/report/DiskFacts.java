package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.DiskInfo;
import io.vmdisk.cli.line.DiskArgument;

/**
 * What a page tells of one disk.
 *
 * @param title how people know it: its node and file
 * @param disk its file; of a machine's disk whose name can be no file here, that name
 * @param info what {@code info} tells
 * @param tree it, its parents, and what else stands on those in the machine
 */
record DiskFacts(String title, DiskArgument disk, Answer<DiskInfo> info, ChainTree tree) {}
