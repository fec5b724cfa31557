package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * The controller that a disk is made for; it decides the geometry.
 *
 * <p>Descriptors have only four words. VMware writes {@code lsilogic} for every newer controller; the {@code .vmx} of a
 * machine says which one it uses.
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

    /**
     * The adapter with a name; words of newer controllers are found too.
     *
     * @param word the name that {@link #word()} gives, in any case
     * @return the adapter; empty if the word is unknown
     */
    public static Optional<AdapterType> of(String word) {
        for (AdapterType type : values()) {
            if (Ascii.equalsIgnoreCase(type.word, word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** {@return the name that people use, such as {@code pvscsi}} */
    public String word() {
        return word;
    }

    /** {@return the value of {@code ddb.adapterType} for it, such as {@code lsilogic}} */
    public String ddbWord() {
        return ddbWord;
    }
}
