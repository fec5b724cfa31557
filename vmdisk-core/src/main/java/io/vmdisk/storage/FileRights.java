package io.vmdisk.storage;

/**
 * Who may do what with a file, as far as Java tells.
 *
 * @param owner the owner's name or number
 * @param group the group's name or number; empty where files have none
 * @param mode as {@code ls} writes it, {@code rw-r-----}; empty where files have none
 */
public record FileRights(String owner, String group, String mode) {
    @Override
    public String toString() {
        return (mode + " " + owner + (group.isEmpty() ? "" : ":" + group)).trim();
    }
}
