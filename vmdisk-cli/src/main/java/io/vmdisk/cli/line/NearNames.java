package io.vmdisk.cli.line;

import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.remote.StoreAddress;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What may have been meant by the name of a file that is not there. Looks only; what can't be looked at is no help. */
final class NearNames {
    private static final int MAX_NAMES = 3;
    private static final int MAX_LENGTH = 255;

    private NearNames() {}

    /** What to do about a missing file, or null. */
    static @Nullable String hint(@Nullable String missing, Volume volume) {
        if (missing == null || StoreAddress.isOne(missing)) {
            return null;
        }
        try {
            Path path = Path.of(missing);
            Path folder = path.toAbsolutePath().normalize().getParent();
            Path file = path.getFileName();
            if (folder == null || file == null) {
                return null;
            }
            if (!volume.exists(folder)) {
                return "the folder " + folder + " is not there either";
            }
            List<String> names = volume.list(folder).stream()
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .toList();
            String name = file.toString();
            String lost = lostDescriptor(path, name, names);
            return lost != null ? lost : near(name, names);
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    private static @Nullable String lostDescriptor(Path path, String name, List<String> names) {
        for (String other : names) {
            DiskFileName parsed = DiskFileName.parse(other);
            boolean data = switch (parsed.role()) {
                case FLAT, FLAT_PART, SPARSE_PART, DELTA, SE_SPARSE -> true;
                default -> false;
            };
            if (data && parsed.descriptor().equals(name)) {
                return "its data is there, as " + other
                        + ", and only its descriptor is lost: 'vmdisk repair --descriptor " + path + "' makes it anew";
            }
        }
        return null;
    }

    private static @Nullable String near(String name, List<String> names) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int most = Math.max(1, Math.min(wanted.length(), MAX_LENGTH) / 4);
        record Candidate(String name, int distance) {}
        List<Candidate> candidates = new ArrayList<>();
        for (String other : names) {
            int distance = distance(wanted, other.toLowerCase(Locale.ROOT));
            if (distance <= most && distance < wanted.length()) {
                candidates.add(new Candidate(other, distance));
            }
        }
        candidates.sort(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name));
        if (candidates.isEmpty()) {
            return null;
        }
        return "near it are "
                + String.join(
                        ", ",
                        candidates.stream()
                                .limit(MAX_NAMES)
                                .map(Candidate::name)
                                .toList());
    }

    /** How many letters must be put in, left out or changed. */
    private static int distance(String one, String other) {
        if (Math.max(one.length(), other.length()) > MAX_LENGTH) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
