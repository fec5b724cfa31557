package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * The controller that a disk is made for; it decides the geometry.
 *
 * <p>Descriptors know only four words. VMware writes {@code lsilogic} for every newer controller: which one a machine
 * uses stands in its {@code .vmx}.
 *
 * @since 0.1
 */
public enum AdapterType {
    /** Parallel ATA. */
    IDE("ide", "ide"),
    /** BusLogic SCSI. */
    BUSLOGIC("buslogic", "buslogic"),
    /** LSI Logic parallel SCSI. */
    LSILOGIC("lsilogic", "lsilogic"),
    /** LSI Logic SAS. */
    LSISAS1068("lsisas1068", "lsilogic"),
    /** VMware's paravirtual SCSI. */
    PVSCSI("pvscsi", "lsilogic"),
    /** AHCI. */
    SATA("sata", "lsilogic"),
    /** NVM Express. */
    NVME("nvme", "lsilogic"),
    /** Disks of ESX 2 and 3. */
    LEGACY_ESX("legacyESX", "legacyESX");

    private final String word;
    private final String ddbWord;

    AdapterType(String word, String ddbWord) {
        this.word = word;
        this.ddbWord = ddbWord;
    }

    /** The adapter that {@code word} names, in any case; also for words of newer controllers in {@code ddb}. */
    public static Optional<AdapterType> of(String word) {
        for (AdapterType type : values()) {
            if (Ascii.equalsIgnoreCase(type.word, word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The name that people use. */
    public String word() {
        return word;
    }

    /** What {@code ddb.adapterType} says for it. */
    public String ddbWord() {
        return ddbWord;
    }
}
