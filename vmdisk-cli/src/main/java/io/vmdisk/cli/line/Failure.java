package io.vmdisk.cli.line;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Remedy;
import io.vmdisk.VmdiskException;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Printable;
import io.vmdisk.cli.view.RemedyJson;
import io.vmdisk.cli.view.RemedyWords;
import io.vmdisk.plan.UnfinishedPlanException;
import io.vmdisk.remote.StoreAddress;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.NameEncoding;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A failure as the user hears of it: {@code vmdisk: FILE: what is wrong: what to do}.
 *
 * @param code stable, for scripts
 * @param message what is wrong
 * @param file the file it is about, or null
 * @param offset the byte in it, or -1
 * @param remedy what to do
 */
public record Failure(String code, String message, @Nullable String file, long offset, Remedy remedy) {
    /** What the lines of a chain's picture begin with. */
    private static final String PICTURED = "  ";

    /** The command line is wrong. */
    public static Failure usage(String message, String hint) {
        return new Failure("usage", StoreAddress.withoutSecrets(message), null, -1, Remedy.say(hint));
    }

    /** Puts any failure of a command into words. */
    public static Failure of(Throwable thrown, @Nullable String stateIfCancelled) {
        if (thrown instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return of(unchecked.getCause(), stateIfCancelled);
        }
        if (thrown instanceof VmdiskException told) {
            Remedy remedy = told instanceof OperationCancelledException ? said(stateIfCancelled) : told.remedy();
            return new Failure(
                    told.code(),
                    told.problem(),
                    told.file().map(Object::toString).orElse(null),
                    told.offset().orElse(-1),
                    remedy);
        }
        if (thrown instanceof FileSystemException failed) {
            return ofFileSystem(failed);
        }
        if (thrown instanceof OutputClosedException failed) {
            return new Failure(codeOf(failed), reason(failed), "standard output", -1, Remedy.NONE);
        }
        if (thrown instanceof UnfinishedPlanException failed) {
            return new Failure(codeOf(failed), failed.problem(), null, -1, failed.remedy());
        }
        if (thrown instanceof IOException failed) {
            return new Failure(codeOf(failed), reason(failed), null, -1, Remedy.NONE);
        }
        if (thrown instanceof OutOfMemoryError) {
            return new Failure(
                    "memory",
                    "not enough memory",
                    null,
                    -1,
                    Remedy.say("give it more with the environment variable VMDISK_HEAP, as in VMDISK_HEAP=512m"));
        }
        if (thrown instanceof InvalidPathException) {
            return new Failure("name-encoding", NameEncoding.problem(), null, -1, Remedy.say(NameEncoding.remedy()));
        }
        return new Failure(
                "bug",
                "unexpected " + thrown,
                null,
                -1,
                Remedy.say(
                        "this is a bug of vmdisk; please report it with the output of the same command with --debug"));
    }

    private static Failure ofFileSystem(FileSystemException failed) {
        String code;
        String what;
        if (failed instanceof NoSuchFileException) {
            code = "io.no-such-file";
            String end = endOfLink(failed.getFile());
            if (end != null) {
                return new Failure(
                        code, "is a link to " + end + ", which is not there", failed.getFile(), -1, Remedy.NONE);
            }
            what = "no such file or folder";
        } else if (failed instanceof AccessDeniedException) {
            code = "io.access-denied";
            Path folder = folderOfNew(failed.getFile());
            if (folder != null) {
                return new Failure(
                        code,
                        "no file can be made in this folder: permission denied",
                        folder.toString(),
                        -1,
                        Remedy.say("work in another folder, or ask for the right to write there"));
            }
            what = failed.getReason() == null ? "permission denied" : "permission denied: " + failed.getReason();
        } else if (failed instanceof FileAlreadyExistsException) {
            code = "io.exists";
            what = "exists already";
        } else if (failed instanceof NotDirectoryException) {
            code = "io.not-a-folder";
            what = "is a file, not a folder";
        } else if (failed instanceof DirectoryNotEmptyException) {
            code = "io.folder-not-empty";
            what = "the folder is not empty";
        } else if (failed instanceof FileSystemLoopException) {
            code = "io.loop";
            what = "the links lead in a circle";
        } else {
            code = codeOf(failed);
            what = failed.getReason() == null ? "input/output error" : failed.getReason();
        }
        return new Failure(code, what, failed.getFile(), -1, said(hintOf(code, what, failed.getFile())));
    }

    private static Remedy said(@Nullable String words) {
        return words == null ? Remedy.NONE : Remedy.say(words);
    }

    /** The folder of a file that is not there while its folder is: it was to be made. Null of any other file. */
    private static @Nullable Path folderOfNew(@Nullable String file) {
        if (file == null) {
            return null;
        }
        try {
            Path path = Path.of(file);
            Path folder = path.toAbsolutePath().getParent();
            Volume volume = Volume.system();
            return folder != null && volume.exists(folder) && !volume.exists(path) ? folder : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** Where a link leads that leads nowhere; null of any other name. */
    private static @Nullable String endOfLink(@Nullable String file) {
        if (file == null) {
            return null;
        }
        try {
            Path path = Path.of(file);
            Volume volume = Volume.system();
            return volume.isLink(path) && !volume.exists(path)
                    ? volume.real(path).toString()
                    : null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    private static @Nullable String hintOf(String code, String what, @Nullable String file) {
        return switch (code) {
            case "io.no-such-file" -> NearNames.hint(file, Volume.system());
            case "io.no-space" -> "free some space on its file store and try again";
            default ->
                what.equals("File too large") ? "its file system can't hold so large a file: choose another one" : null;
        };
    }

    private static String codeOf(IOException failed) {
        String text = reason(failed).toLowerCase(Locale.ROOT);
        boolean full = text.contains("no space left") || text.contains("not enough space") || text.contains("quota");
        return full ? "io.no-space" : "io.error";
    }

    private static String reason(IOException failed) {
        String message = failed.getMessage();
        return message == null ? failed.getClass().getSimpleName() : message;
    }

    /** The line people read. */
    String toText() {
        return "vmdisk: " + toLine();
    }

    /** The same without the program's name. */
    public String toLine() {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(Printable.cell(file)).append(": ");
        }
        // Only the picture of a chain has lines of its own, and its names are safe; elsewhere a line end is a name's.
        boolean lines = message.startsWith(PICTURED, message.indexOf('\n') + 1) && code.startsWith("chain.");
        text.append(lines ? Printable.text(message) : Printable.cell(message));
        if (offset >= 0) {
            text.append(" (at byte ").append(offset).append(')');
        }
        if (!remedy.isEmpty()) {
            text.append(lines && message.endsWith("\n") ? "" : ": ").append(Printable.cell(RemedyWords.text(remedy)));
        }
        return text.toString();
    }

    /** The one object scripts read. */
    void writeJson(OutputStream out) throws IOException {
        try (JsonView json = JsonView.on(out, JsonView.Layout.COMPACT)) {
            json.object();
            writeError(json);
            json.endObject();
        }
    }

    /** The same as a member of an object. */
    void writeError(JsonView json) throws IOException {
        json.object("error")
                .field("code", code)
                .field("message", message)
                .field("path", file)
                .number("offset", offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset));
        RemedyJson.write(json, remedy);
        json.endObject();
    }

    /** Says it in the form asked for. */
    public void tell(PrintStream err, boolean asJson) {
        if (asJson) {
            try {
                writeJson(err);
            } catch (IOException e) {
                // A PrintStream throws none; should that change, the text is the way left.
                err.print(toText() + "\n");
            }
        } else {
            err.print(toText() + "\n");
        }
        err.flush();
    }
}
