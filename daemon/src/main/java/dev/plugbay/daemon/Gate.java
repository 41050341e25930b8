package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Lets requests in: those that name this machine as host (a web page that had its own name resolve to 127.0.0.1 names another) and
 * carry the token. Gives each request its trace id.
 *
 * <p>Shared by all requests; {@code closed} is written once, by whoever stops the host.
 */
final class Gate {
    private static final Set<String> OPEN = Set.of("/livez", "/readyz");
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final Pattern TRACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String BEARER = "bearer ";

    /** What a client still learns from a host that stops: how its jobs end. */
    private static final Pattern TO_THE_LAST = Pattern.compile("/livez|/api/v1/(jobs(/[^/]*)?|events|version)");

    private final byte[] token;
    private volatile boolean closed;

    Gate(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /** Lets nothing more in than what asks how jobs end. */
    void close() {
        closed = true;
    }

    void check(Context ctx) {
        String given = ctx.header("X-Trace-Id");
        String trace = given != null && TRACE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString().substring(0, 8);
        ctx.attribute(Requests.TRACE, trace);
        ctx.header("X-Trace-Id", trace);
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("Cache-Control", "no-store");
        checkHost(ctx.header("Host"));
        if (!OPEN.contains(ctx.path())) {
            checkToken(ctx.header("Authorization"));
        }
        if (closed
                && !(ctx.method().equals(HandlerType.GET)
                        && TO_THE_LAST.matcher(ctx.path()).matches())) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, "The host is stopping.")
                    .remedy("Ask again when it is back.")
                    .build();
        }
    }

    private static void checkHost(String header) {
        String host = header == null ? "" : header.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
        if (!HOSTS.contains(host)) {
            throw PlugbayException.of(
                            ErrorCode.PERMISSION_DENIED, "The request names another host than this machine's loopback.")
                    .remedy("Use http://127.0.0.1, http://localhost or http://[::1] with the port.")
                    .build();
        }
    }

    private void checkToken(String header) {
        boolean bearer = header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        byte[] given =
                bearer ? header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8) : new byte[0];
        if (!MessageDigest.isEqual(given, token)) {
            throw PlugbayException.of(
                            ErrorCode.UNAUTHENTICATED,
                            bearer ? "The token is not this host's." : "The request carries no token.")
                    .remedy("Send \"Authorization: Bearer\" and the content of the file token in the home folder.")
                    .build();
        }
    }
}
