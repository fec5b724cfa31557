package io.vmdisk.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.VmdiskException;
import io.vmdisk.guest.scan.GuestPartition;
import io.vmdisk.guest.scan.GuestScan;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A sparse image file of a test on which the guest's own tools work. */
public final class GuestImage implements GuestBytes, AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private GuestImage(Path file) throws IOException {
        this.file = file;
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    public static GuestImage create(Path file, long bytes) throws IOException {
        GuestImage image = new GuestImage(file);
        image.channel.write(ByteBuffer.allocate(1), bytes - 1);
        return image;
    }

    /** Skips the test where a tool is missing; on the build server the tool's absence fails it later. */
    public static void requireTools(String... tools) {
        if (Boolean.getBoolean("vmdisk.ci")) {
            return;
        }
        for (String tool : tools) {
            boolean found = List.of("/sbin", "/usr/sbin", "/bin", "/usr/bin").stream()
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            assumeTrue(found, tool + " is not installed");
        }
    }

    /** Runs a tool, its output and errors together; the exit code must be 0. */
    public static String run(String... command) throws IOException, InterruptedException {
        return runWith("", command);
    }

    public static String runWith(String input, String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(Arrays.asList(command));
        Path given = Files.createTempFile("vmdisk-guest", ".in");
        try {
            Files.writeString(given, input);
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectErrorStream(true).redirectInput(given.toFile());
            builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("MTOOLS_SKIP_CHECK", "1");
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(process.waitFor()).as("%s%n%s", line, output).isZero();
            return output;
        } finally {
            Files.delete(given);
        }
    }

    /** Files of odd sizes with random content, some of them empty, some of one byte. */
    public static Map<String, byte[]> files(int count, int maxBytes, long seed) {
        Random random = new Random(seed);
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[i < 2 ? i : random.nextInt(maxBytes)];
            random.nextBytes(content);
            files.put("file" + i, content);
        }
        return files;
    }

    public static Path write(Path folder, Map<String, byte[]> files) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> entry : files.entrySet()) {
            Files.write(folder.resolve(entry.getKey()), entry.getValue());
        }
        return folder;
    }

    public String path() {
        return file.toString();
    }

    @Override
    public long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void read(long at, ByteBuffer into) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int count = channel.read(into, position);
            if (count < 0) {
                throw new EOFException("read behind the end of the image at " + position);
            }
            position += count;
        }
    }

    public byte[] read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        read(at, bytes);
        return bytes.array();
    }

    public void write(long at, byte[] bytes) throws IOException {
        channel.write(ByteBuffer.wrap(bytes), at);
    }

    /** Changes the bits of a byte. */
    public void flip(long at, int bits) throws IOException {
        write(at, new byte[] {(byte) (read(at, 1)[0] ^ bits)});
    }

    /** The content of the only partition, or of the disk as a whole. */
    public GuestFileSystem content() throws IOException {
        List<GuestPartition> partitions = GuestScan.scan(this);
        assertThat(partitions).hasSize(1);
        return partitions.get(0).content();
    }

    public GuestFileSystem.Handled handled() throws IOException {
        GuestFileSystem content = content();
        assertThat(content).isInstanceOf(GuestFileSystem.Handled.class);
        return (GuestFileSystem.Handled) content;
    }

    public VmdiskException refused() throws IOException {
        GuestFileSystem content = content();
        assertThat(content).isInstanceOf(GuestFileSystem.Refused.class);
        return ((GuestFileSystem.Refused) content).reason();
    }

    /** The free stretches: start and length of each. */
    public static List<long[]> free(GuestFileSystem.Handled content) throws IOException {
        List<long[]> found = new ArrayList<>();
        content.space().walk((start, length) -> found.add(new long[] {start, length}));
        long end = -1;
        long sum = 0;
        for (long[] stretch : found) {
            assertThat(stretch[0]).as("ascending and joined").isGreaterThan(end);
            end = stretch[0] + stretch[1];
            sum += stretch[1];
        }
        assertThat(sum).isEqualTo(content.freeBytes());
        return found;
    }

    /** Overwrites everything that is reported free. */
    public void junkFree() throws IOException {
        byte[] junk = new byte[1 << 16];
        new Random(7).nextBytes(junk);
        for (long[] stretch : free(handled())) {
            for (long at = stretch[0]; at < stretch[0] + stretch[1]; at += junk.length) {
                channel.write(ByteBuffer.wrap(junk, 0, (int) Math.min(junk.length, stretch[0] + stretch[1] - at)), at);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
