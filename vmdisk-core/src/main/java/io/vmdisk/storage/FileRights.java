package io.vmdisk.storage;

/**
 * The owner, group and mode of a file, as far as Java tells them.
 *
 * @param owner the owner's name or number
 * @param group the group's name or number; empty where files have none
 * @param mode nine letters as {@code ls} writes them, such as {@code rw-r-----}; empty where files have none
 * @since 0.1
 */
public record FileRights(String owner, String group, String mode) {
    /** Places in the mode. */
    private static final int GROUP_WRITES = 4;

    private static final int ALL_WRITE = 7;
    private static final int MODE_LENGTH = 9;

    /**
     * Whether a folder with these rights may be one that this user made for private use in a folder with other rights:
     * it belongs to this user or to the owner of that folder, and nobody may write in it who may not write in that
     * folder. A file system that keeps no modes gives both folders the same.
     *
     * @param folder the rights of the folder that holds it
     * @return true also if one of them has no mode: then nothing is known, and nothing speaks against it
     */
    public boolean mayBePrivateIn(FileRights folder) {
        if (mode.length() != MODE_LENGTH || folder.mode.length() != MODE_LENGTH) {
            return true;
        }
        boolean known = owner.equals(System.getProperty("user.name")) || owner.equals(folder.owner);
        return known && !isWider(folder, GROUP_WRITES) && !isWider(folder, ALL_WRITE);
    }

    private boolean isWider(FileRights folder, int at) {
        return mode.charAt(at) == 'w' && folder.mode.charAt(at) != 'w';
    }

    @Override
    public String toString() {
        return (mode + " " + owner + (group.isEmpty() ? "" : ":" + group)).trim();
    }
}
