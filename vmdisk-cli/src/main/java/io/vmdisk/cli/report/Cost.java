package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.PlannedWork;

/**
 * What merging would cost.
 *
 * @param command what does it
 * @param work what it would do and need, by its own plan
 */
record Cost(String command, Answer<PlannedWork> work) {}
