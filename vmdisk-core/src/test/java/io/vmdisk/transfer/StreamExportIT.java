package io.vmdisk.transfer;

/** The same with the packaged jar, which packs with libdeflate where it can. */
class StreamExportIT extends StreamExportTest {}
