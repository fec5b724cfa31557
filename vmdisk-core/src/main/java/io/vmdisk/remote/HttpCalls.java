package io.vmdisk.remote;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Single requests and their answers, bounded in time and memory whatever a server sends. Thread-safe. */
final class HttpCalls {
    /** Of what is not the bytes of an object: messages, listings. */
    private static final int MOST_TEXT_BYTES = 4 << 20;

    private static final int PARTIAL = 206;

    /** Made by the first request: the client starts threads, which who only names a place must not pay for. */
    private final Supplier<HttpClient> client = Suppliers.memoize(() -> HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(20))
            .build());

    /**
     * A request.
     *
     * @param method GET and its like
     * @param uri where
     * @param headers without those that belong to the connection
     * @param body empty for none
     */
    record Call(String method, URI uri, Map<String, String> headers, byte[] body) {
        static Call get(URI uri, Map<String, String> headers) {
            return new Call("GET", uri, headers, new byte[0]);
        }
    }

    /**
     * An answer.
     *
     * @param status its number
     * @param headers as they came
     * @param text the body, if it is not that of a range
     * @param cut why not all of a range came; null if nothing is amiss
     */
    record Answer(
            int status,
            HttpHeaders headers,
            byte[] text,
            @Nullable Interruption cut) {
        Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        /** Whether the same request may have luck later. */
        boolean isTemporary() {
            return switch (status) {
                case 408, 425, 429, 500, 502, 503, 504 -> true;
                default -> false;
            };
        }
    }

    /** A request that failed on its way; the same may have luck later. */
    static final class Interruption extends IOException {
        private static final long serialVersionUID = 1L;

        Interruption(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Makes a request.
     *
     * @param into where the bytes of a range go, as far as they come; null if none is asked for
     * @param within the time for all of it
     * @throws Interruption if that may go better next time
     */
    Answer call(Call call, @Nullable ByteBuffer into, Duration within) throws IOException {
        Landing landing = new Landing(into);
        CompletableFuture<HttpResponse<byte[]>> future = client.get().sendAsync(request(call, within), landing::of);
        // What came is not waited for by this future: the client completes it in the common pool, all of whose threads
        // may be
        // blocked for long by others, us among them.
        CompletableFuture<?> unused = future.whenComplete((response, failure) -> landing.failed(failure));
        try {
            return landing.await(within);
        } catch (TimeoutException e) {
            return landing.cut(new Interruption("the server took more than " + within.toMillis() + " ms", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a server");
        } catch (ExecutionException e) {
            return landing.cut(failure(e.getCause()));
        } finally {
            if (landing.stop()) {
                future.cancel(true);
            }
        }
    }

    private static HttpRequest request(Call call, Duration within) throws IOException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                    .timeout(within)
                    .method(
                            call.method(),
                            call.body().length == 0
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(call.body()));
            call.headers().forEach(request::setHeader);
            return request.build();
        } catch (IllegalArgumentException e) {
            // Its message has the address, and so what may let one in.
            throw new IOException("the request could not be made: an address or a version is none that HTTP allows");
        }
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof ConnectException) {
            return new IOException("the server can't be reached" + words(cause), cause);
        }
        if (cause instanceof SSLException) {
            return new IOException("no safe connection to the server" + words(cause), cause);
        }
        return cause instanceof IOException
                ? new Interruption("the connection broke" + words(cause), cause)
                : new IOException("the request could not be made" + words(cause), cause);
    }

    private static String words(@Nullable Throwable cause) {
        return cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ')';
    }

    /** Where the body of one answer goes; nothing goes anywhere once the caller has gone on. */
    private static final class Landing implements HttpResponse.BodySubscriber<byte[]> {
        private final @Nullable ByteBuffer range;
        private final CompletableFuture<byte[]> done = new CompletableFuture<>();
        private ByteBuffer text = ByteBuffer.allocate(0);
        private boolean isRange;
        private boolean stopped;
        private boolean excessive;
        private Flow.@Nullable Subscription subscription;
        private HttpResponse.@Nullable ResponseInfo info;

        Landing(@Nullable ByteBuffer range) {
            this.range = range;
        }

        synchronized Landing of(HttpResponse.ResponseInfo answer) {
            info = answer;
            isRange = range != null && answer.statusCode() == PARTIAL;
            return this;
        }

        /** What came of a range although the rest did not; without any the failure itself. */
        synchronized Answer cut(IOException failure) throws IOException {
            stop();
            if (excessive) {
                throw new IOException("the server sent more than it was asked for", failure);
            }
            if (isRange && info != null && failure instanceof Interruption interruption) {
                return new Answer(info.statusCode(), info.headers(), new byte[0], interruption);
            }
            throw failure;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return done;
        }

        @Override
        public synchronized void onSubscribe(Flow.Subscription own) {
            subscription = own;
            own.request(1);
        }

        @Override
        public synchronized void onNext(List<ByteBuffer> parts) {
            if (stopped || subscription == null) {
                return;
            }
            for (ByteBuffer part : parts) {
                if (part.remaining() > room()) {
                    excessive = true;
                    subscription.cancel();
                    done.completeExceptionally(new IOException("the server sent more than it was asked for"));
                    return;
                }
                if (isRange && range != null) {
                    range.put(part);
                } else {
                    append(part);
                }
            }
            subscription.request(1);
        }

        private int room() {
            return isRange && range != null ? range.remaining() : MOST_TEXT_BYTES - text.position();
        }

        private void append(ByteBuffer part) {
            if (part.remaining() > text.remaining()) {
                ByteBuffer larger =
                        ByteBuffer.allocate(Math.max(2 * text.capacity(), text.position() + part.remaining()));
                text = larger.put(text.flip());
            }
            text.put(part);
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public synchronized void onComplete() {
            byte[] bytes = new byte[text.position()];
            text.flip().get(bytes);
            done.complete(bytes);
        }

        /** Waits for all of the body. */
        Answer await(Duration within) throws InterruptedException, ExecutionException, TimeoutException {
            byte[] body = done.get(within.toMillis(), TimeUnit.MILLISECONDS);
            synchronized (this) {
                HttpResponse.ResponseInfo answer = requireNonNull(info);
                return new Answer(answer.statusCode(), answer.headers(), body, null);
            }
        }

        /** Nothing more comes, for a reason that nobody told the body. */
        void failed(@Nullable Throwable failure) {
            if (failure != null) {
                done.completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        }

        /** Takes nothing more; tells whether more could have come. */
        synchronized boolean stop() {
            stopped = true;
            boolean early = !done.isDone();
            if (early && subscription != null) {
                subscription.cancel();
            }
            return early;
        }
    }
}
