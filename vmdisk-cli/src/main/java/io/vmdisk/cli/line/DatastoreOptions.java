package io.vmdisk.cli.line;

import io.vmdisk.storage.MappedVolume;
import io.vmdisk.storage.Volume;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where datastores lie here whose names a copied machine's files have. */
public final class DatastoreOptions {
    private static final String VOLUMES = "/vmfs/volumes/";

    @Option(
            names = "--map",
            paramLabel = "NAME=DIR",
            converter = RootConverter.class,
            description = "Files that name NAME, a datastore by its path, label or UUID, mean DIR: --map"
                    + " /vmfs/volumes/ds2=copy/ds2. Can be given several times.")
    private List<MappedVolume.Root> roots = List.of();

    /** The files, with the names that the user mapped. */
    public Volume volume() {
        return MappedVolume.of(Volume.system(), roots);
    }

    /** Reads a name and where it leads. */
    static final class RootConverter extends PicocliConverter<MappedVolume.Root> {
        RootConverter() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<MappedVolume.Root> {
            @Override
            public MappedVolume.Root convert(String text) {
                int equals = text.indexOf('=');
                if (equals < 1 || equals == text.length() - 1) {
                    throw new WordException("'" + text + "' is not NAME=DIR, as in /vmfs/volumes/ds2=copy/ds2");
                }
                String name = text.substring(0, equals);
                try {
                    Path folder = Path.of(text.substring(equals + 1));
                    return new MappedVolume.Root(Path.of(name.startsWith("/") ? name : VOLUMES + label(name)), folder);
                } catch (InvalidPathException e) {
                    throw new WordException("no file can have the name in '" + text + "'");
                }
            }

            /** A label may come as the inventory shows it: {@code [ds2]}. */
            private static String label(String name) {
                return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
            }
        }
    }
}
