package io.vmdisk.extent.sesparse;

import io.vmdisk.extent.SparseFormatContract;
import java.util.Set;

class SeSparseContractTest extends SparseFormatContract {
    SeSparseContractTest() {
        super(new SeSparseFormat(), 4096, 4096 * 4096, Set.of(), "");
    }
}
