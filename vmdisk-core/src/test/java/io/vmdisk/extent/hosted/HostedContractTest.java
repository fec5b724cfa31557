package io.vmdisk.extent.hosted;

import io.vmdisk.extent.SparseFormatContract;
import java.util.Set;

class HostedContractTest extends SparseFormatContract {
    HostedContractTest() {
        super(new HostedFormat(), 4096, 512 * 4096, Set.of("hosted.unclean"), "unsafe.tables-differ");
    }
}
