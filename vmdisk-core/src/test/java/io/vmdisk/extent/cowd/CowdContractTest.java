package io.vmdisk.extent.cowd;

import io.vmdisk.extent.SparseFormatContract;
import java.util.Set;

class CowdContractTest extends SparseFormatContract {
    CowdContractTest() {
        super(new CowdFormat(), 512, 4096 * 512, Set.of("cowd.unclean", "cowd.cut"), "");
    }
}
