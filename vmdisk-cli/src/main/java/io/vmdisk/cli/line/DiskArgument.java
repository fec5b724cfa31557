package io.vmdisk.cli.line;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.nbd.NbdAddress;
import io.vmdisk.nbd.NbdVolume;
import io.vmdisk.remote.StoreAddress;
import io.vmdisk.remote.StoreFileSystem;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.NameEncoding;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * A DISK of the command line: {@code PATH} of a descriptor, a monolithic file or a bare extent, {@code raw:PATH}, or the
 * address of an NBD server. A path may be the address of a file in a store.
 *
 * @param path the file; of a server a name for messages
 * @param kind how to read it
 * @param typed the argument as it was typed, without what lets one in
 */
public record DiskArgument(Path path, Kind kind, String typed) {
    /** What a raw image's name begins with. */
    public static final String RAW_PREFIX = "raw:";

    /** How a file is read. */
    public enum Kind {
        /** As what it says it is. */
        VMDK,
        /** Byte for byte, whatever it looks like. */
        RAW,
        /** Byte for byte, from an NBD server. */
        NBD
    }

    /** Whether every byte is a byte of the disk. */
    public boolean isRaw() {
        return kind != Kind.VMDK;
    }

    /** What opens its files, for somebody who would open others so; asked again it is the same. */
    public OpenOptions at(OpenOptions options) {
        boolean connects = kind == Kind.NBD && !(options.volume() instanceof NbdVolume);
        return connects ? options.withVolume(new NbdVolume(NbdAddress.parse(typed), path)) : options;
    }

    /** Refuses a disk that is no file, to somebody who would change it. */
    public void requireFile() throws UnsupportedFeatureException {
        StoreFileSystem.requireElsewhere(path);
        if (kind == Kind.NBD) {
            throw new UnsupportedFeatureException(
                    "nbd-write", path, "a disk behind NBD is only read here", "name a file");
        }
    }

    /**
     * Of a disk that would change and is not there, names the operation that is at work in its folder, or was when it was
     * interrupted: no other advice would be good then.
     *
     * @throws io.vmdisk.UnsafeStateException {@code locked} or {@code journal}
     */
    public void refuseUnfinished() throws IOException {
        if (kind != Kind.NBD && !Volume.system().exists(path)) {
            DiskUse.refuseUnfinished(path, OpenOptions.writable());
        }
    }

    /** The disk and its parents, without opening extents. */
    public DiskChain chain(OpenOptions options) throws IOException {
        return isRaw() ? DiskChain.ofRaw(path, at(options)) : DiskChain.of(path, options);
    }

    /** Opens it with all its parents. */
    public VirtualDisk open(OpenOptions options) throws IOException {
        OpenOptions own = at(options);
        return VirtualDisk.open(chain(own), own);
    }

    /** As it was typed. */
    @Override
    public String toString() {
        return typed;
    }

    /**
     * Reads the argument.
     *
     * @throws IllegalArgumentException if no disk can have that name; the message is for the user
     */
    public static DiskArgument parse(String text) {
        if (text.startsWith("nbd") && NbdAddress.isOne(text)) {
            NbdAddress.parse(text);
            return new DiskArgument(nameOf(text), Kind.NBD, text);
        }
        boolean raw = text.startsWith(RAW_PREFIX);
        String name = raw ? text.substring(RAW_PREFIX.length()) : text;
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a disk needs a name");
        }
        try {
            if (StoreAddress.isOne(name)) {
                Path path = StoreAddress.parse(name).path();
                return new DiskArgument(path, raw ? Kind.RAW : Kind.VMDK, (raw ? RAW_PREFIX : "") + path);
            }
            return new DiskArgument(Path.of(name), raw ? Kind.RAW : Kind.VMDK, text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(unsayable(name), e);
        }
    }

    /** What to say of a word that is no name here: the locale lacks its letters, or the file system does not have it. */
    public static String unsayable(String name) {
        return name.chars().anyMatch(letter -> letter > 0x7F)
                ? NameEncoding.problem() + ": " + NameEncoding.remedy()
                : "no file can have the name '" + name + "'";
    }

    /** Some systems have no paths with colons. */
    private static Path nameOf(String address) {
        try {
            return Path.of(address);
        } catch (InvalidPathException e) {
            return Path.of("nbd");
        }
    }

    /** A file under its own name. */
    public static DiskArgument of(Path file) {
        return new DiskArgument(file, Kind.VMDK, file.toString());
    }

    /** The files of several arguments; refuses a line that has others. */
    public static List<Path> files(List<DiskArgument> arguments) {
        for (DiskArgument argument : arguments) {
            if (argument.kind() != Kind.VMDK) {
                throw new UsageException(argument + " goes alone: only files can be named together");
            }
        }
        return arguments.stream().map(DiskArgument::path).toList();
    }

    /** Reads the argument for picocli. */
    public static final class Converter extends PicocliConverter<DiskArgument> {
        public Converter() {
            super(new Reader());
        }

        /** Does the work. */
        public static final class Reader implements WordReader<DiskArgument> {
            @Override
            public DiskArgument convert(String text) {
                try {
                    return parse(text);
                } catch (IllegalArgumentException e) {
                    throw new WordException(e.getMessage());
                }
            }
        }
    }
}
