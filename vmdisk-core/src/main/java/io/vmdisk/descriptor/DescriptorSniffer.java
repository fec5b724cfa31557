package io.vmdisk.descriptor;

import io.vmdisk.MalformedFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/** Tells descriptors from other texts and from raw data. */
final class DescriptorSniffer {
    private static final int ENOUGH_BYTES = 1 << 14;
    private static final Set<String> TELLING_KEYS = Set.of("cid", "parentcid", "createtype");

    private DescriptorSniffer() {}

    /**
     * Whether the first line that tells anything tells of a descriptor, and nothing before it is foreign. The signature
     * need not be first: some builders of images write the encoding before it, some people delete it.
     */
    static boolean looksLike(ByteBuffer firstBytes) {
        ByteBuffer bytes = firstBytes.duplicate();
        byte[] head = new byte[Math.min(bytes.remaining(), ENOUGH_BYTES)];
        bytes.get(head);
        int length = 0;
        while (length < head.length && head[length] != 0) {
            length++;
        }
        String text = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        for (int from = 0; from < length; ) {
            int to = from;
            while (to < length && text.charAt(to) != '\n' && text.charAt(to) != '\r') {
                to++;
            }
            DescriptorLine line = read(text.substring(from, to));
            if (tells(line)) {
                return true;
            }
            if (line instanceof DescriptorLine.Extent
                    || (line instanceof DescriptorLine.Plain plain && plain.isStray())) {
                return false;
            }
            from = to + 1;
        }
        return false;
    }

    /** Whether a text has anything that makes it worth reading as a descriptor. */
    static boolean isDescriptor(DescriptorText text) {
        return text.lines().stream().anyMatch(line -> tells(line) || line instanceof DescriptorLine.Extent);
    }

    static boolean isSignature(DescriptorLine line) {
        return line instanceof DescriptorLine.Plain plain
                && (plain.comment().startsWith("disk descriptorfile")
                        || plain.comment().startsWith("disk descriptor file"));
    }

    private static boolean tells(DescriptorLine line) {
        return isSignature(line) || (line instanceof DescriptorLine.Entry entry && TELLING_KEYS.contains(entry.key()));
    }

    private static DescriptorLine read(String text) {
        try {
            return LineParser.parse(text, "", Path.of(""), 0);
        } catch (MalformedFileException e) {
            return new DescriptorLine.Plain("?", "");
        }
    }
}
