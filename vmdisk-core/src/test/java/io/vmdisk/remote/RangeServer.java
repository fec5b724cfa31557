package io.vmdisk.remote;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A web server for tests, on this machine only: it counts what it is asked for and can break any rule. */
public final class RangeServer implements Closeable {
    private final ServerSocket socket;
    private final Site site;
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** What answers. */
    @FunctionalInterface
    public interface Site {
        Answer answer(Request request) throws IOException;
    }

    /** How an answer ends. */
    public enum End {
        /** As it says. */
        WHOLE,
        /** Half way, with the connection. */
        CUT,
        /** Before it began. */
        DROP,
        /** Never: bytes go on for ever. */
        ENDLESS,
        /** Never: after one byte nothing comes. */
        STUCK
    }

    /** A request; names of headers are in small letters. */
    public record Request(String method, String target, Map<String, String> headers, byte[] body) {
        /** How many bytes it asks for; 0 if for no range. */
        public long bytes() {
            String[] ends =
                    headers.getOrDefault("range", "bytes=1-0").substring(6).split("-");
            return Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1;
        }
    }

    /** An answer. */
    public record Answer(int status, Map<String, String> headers, byte[] body, End end) {
        public static Answer of(int status, String... headers) {
            Map<String, String> all = new LinkedHashMap<>();
            for (int i = 0; i < headers.length; i += 2) {
                all.put(headers[i], headers[i + 1]);
            }
            return new Answer(status, all, new byte[0], End.WHOLE);
        }

        public Answer with(byte[] content) {
            return new Answer(status, headers, content, end);
        }

        public Answer with(String name, String value) {
            Map<String, String> all = new LinkedHashMap<>(headers);
            all.put(name, value);
            return new Answer(status, all, body, end);
        }

        public Answer ending(End how) {
            return new Answer(status, headers, body, how);
        }
    }

    public RangeServer(Site site) throws IOException {
        this.site = site;
        this.socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        start(this::accept);
    }

    /** The answer of a good server about a file. */
    public static Answer ranged(Request request, byte[] content, String tag) {
        String match = request.headers().get("if-match");
        if (match != null && !match.equals(tag)) {
            return Answer.of(412);
        }
        String range = request.headers().get("range");
        if (range == null) {
            return Answer.of(200, "ETag", tag).with(content);
        }
        String[] ends = range.substring("bytes=".length()).split("-");
        int first = Integer.parseInt(ends[0]);
        int last = (int) Math.min(content.length - 1, Long.parseLong(ends[1]));
        if (first >= content.length) {
            return Answer.of(416, "Content-Range", "bytes */" + content.length);
        }
        byte[] part = java.util.Arrays.copyOfRange(content, first, last + 1);
        return Answer.of(206, "ETag", tag, "Content-Range", "bytes " + first + "-" + last + "/" + content.length)
                .with(part);
    }

    public String origin() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    public List<Request> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "range server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                start(() -> talk(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (Request request = read(in); request != null; request = read(in)) {
                requests.add(request);
                if (!write(client, site.answer(request))) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone.
        } finally {
            open.remove(client);
        }
    }

    private static Request read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        String[] words = first.split(" ");
        return new Request(words[0], words[1], headers, body);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int letter = in.read(); letter >= 0 && letter != '\n'; letter = in.read()) {
            line.append((char) letter);
        }
        return line.toString().strip();
    }

    private static boolean write(Socket client, Answer answer) throws IOException {
        if (answer.end() == End.DROP) {
            return false;
        }
        OutputStream out = client.getOutputStream();
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " so\r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        boolean told = answer.headers().containsKey("Content-Length") || answer.end() == End.ENDLESS;
        head.append(told ? "" : "Content-Length: " + answer.body().length + "\r\n")
                .append("\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        switch (answer.end()) {
            case CUT -> out.write(answer.body(), 0, answer.body().length / 2);
            case STUCK -> {
                out.write(answer.body(), 0, 1);
                out.flush();
                return client.getInputStream().read() >= 0;
            }
            case ENDLESS -> {
                while (true) {
                    out.write(new byte[1 << 16]);
                }
            }
            default -> out.write(answer.body());
        }
        out.flush();
        return answer.end() == End.WHOLE;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
