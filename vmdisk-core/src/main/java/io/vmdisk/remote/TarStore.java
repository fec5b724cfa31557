package io.vmdisk.remote;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of an uncompressed tar file, such as an OVA, where they lie. Only the headers are read to find them. Of two
 * members of one name the last counts, as it would be left after unpacking.
 */
final class TarStore implements RangeStore {
    private static final int SECTOR = TarHeader.BYTES;
    private static final int MOST_MEMBERS = 10_000;
    private static final int MOST_NAME_BYTES = 64 << 10;

    private final Path archive;
    private @Nullable BlockFile file;
    private Map<String, Member> members = Map.of();

    /** A file that is part of the archive. */
    private record Member(long at, long size, Instant modified) {
        StoredObject object() {
            return new StoredObject(size, modified, "at " + at);
        }
    }

    TarStore(Path archive) {
        this.archive = archive;
    }

    @Override
    public String name() {
        return archive.toAbsolutePath().normalize() + "!";
    }

    @Override
    public boolean isFar() {
        return false;
    }

    /** The archive, open and with its members known. */
    private synchronized BlockFile opened() throws IOException {
        BlockFile open = file;
        if (open != null) {
            return open;
        }
        open = Volume.system().open(archive, OpenMode.READ);
        try {
            members = scan(open);
        } catch (IOException | RuntimeException e) {
            open.close();
            throw e;
        }
        file = open;
        return open;
    }

    private Map<String, Member> scan(BlockFile open) throws IOException {
        Map<String, Member> found = new LinkedHashMap<>();
        ByteBuffer sector = ByteBuffer.allocate(SECTOR);
        long size = open.size();
        long at = 0;
        int headers = 0;
        Map<String, String> extended = new LinkedHashMap<>();
        while (at + SECTOR <= size) {
            open.readFully(at, sector.clear());
            if (TarHeader.isEnd(sector.flip())) {
                return found;
            }
            headers++;
            if (headers > MOST_MEMBERS) {
                throw new LimitExceededException(
                        "tar-members", archive, "the archive has more than " + MOST_MEMBERS + " members");
            }
            TarHeader header = TarHeader.parse(sector, archive, at);
            long body = at + SECTOR;
            long length = header.isAttribute() ? header.size() : sizeOf(header, extended, at);
            if (length > size - body) {
                throw new MalformedFileException(
                        "tar-size",
                        archive,
                        at,
                        "a member of " + length + " bytes reaches behind the end of the archive",
                        "the file was cut off: copy it again");
            }
            if (header.isAttribute()) {
                header.addTo(extended, text(open, body, length, at));
            } else {
                String name = cleaned(extended.getOrDefault("path", header.name()));
                if (header.isFile() && !name.isEmpty()) {
                    found.put(name, new Member(body, length, header.modified()));
                }
                extended.clear();
            }
            at = body + (length + SECTOR - 1) / SECTOR * SECTOR;
        }
        return found;
    }

    private long sizeOf(TarHeader header, Map<String, String> extended, long at) throws IOException {
        String told = extended.get("size");
        if (told == null) {
            return header.size();
        }
        if (!told.matches("[0-9]{1,18}")) {
            throw new MalformedFileException("tar-size", archive, at, "the size '" + told + "' is no number");
        }
        return Long.parseLong(told);
    }

    private String text(BlockFile open, long body, long length, long at) throws IOException {
        if (length > MOST_NAME_BYTES) {
            throw new LimitExceededException(
                    "tar-name", archive, "a name of " + length + " bytes at byte " + at + " is too long");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        open.readFully(body, bytes);
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    /** The name in our form; empty for one that leads elsewhere. */
    private static String cleaned(String name) {
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..") || part.indexOf('\0') >= 0) {
                return "";
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    @Override
    public Optional<Look> look(StoreKey key) throws IOException {
        opened();
        return Optional.ofNullable(members.get(key.name()))
                .map(member -> new Look(member.object(), ByteBuffer.allocate(0)));
    }

    @Override
    public void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        BlockFile open = opened();
        Member member = members.get(key.name());
        if (member == null || !member.object().equals(seen)) {
            throw new java.nio.file.NoSuchFileException(key.path().toString());
        }
        open.readFully(member.at() + at, into);
    }

    @Override
    public List<Entry> list(StoreKey folder) throws IOException {
        opened();
        String prefix = folder.name().isEmpty() ? "" : folder.name() + '/';
        Set<Entry> entries = new LinkedHashSet<>();
        for (String name : members.keySet()) {
            if (name.startsWith(prefix)) {
                String rest = name.substring(prefix.length());
                int slash = rest.indexOf('/');
                entries.add(new Entry(slash < 0 ? rest : rest.substring(0, slash), slash >= 0));
            }
        }
        return List.copyOf(entries);
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
