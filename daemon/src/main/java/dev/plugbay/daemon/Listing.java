package dev.plugbay.daemon;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list: {@code {"items": [...], "next": "..."}}.
 *
 * @param items the page's items
 * @param next the cursor of the next page; absent on the last
 */
record Listing<T>(List<T> items, Optional<String> next) {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MOST = 1000;

    /** The page that a request asks for with {@code limit} and {@code cursor}, of items with a unique key. */
    static <T> Listing<T> of(Context ctx, List<T> all, Function<T, String> key) {
        List<T> sorted = all.stream().sorted(Comparator.comparing(key)).toList();
        Optional<String> after = cursor(ctx);
        List<T> rest = after.isEmpty()
                ? sorted
                : sorted.stream()
                        .filter(item -> key.apply(item).compareTo(after.get()) > 0)
                        .toList();
        int limit = limit(ctx);
        if (rest.size() <= limit) {
            return new Listing<>(rest, Optional.empty());
        }
        List<T> items = rest.subList(0, limit);
        return new Listing<>(List.copyOf(items), Optional.of(encode(key.apply(items.getLast()))));
    }

    /** How many items a request asks for, 1 to 1000; 100 if it does not say. */
    static int limit(Context ctx) {
        return Requests.number(ctx, "limit", DEFAULT_LIMIT, 1, MOST);
    }

    /** The key after which a request's page begins. */
    static Optional<String> cursor(Context ctx) {
        return Requests.query(ctx, "cursor").map(cursor -> {
            try {
                return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw Requests.invalid("cursor", "is none that this host gave");
            }
        });
    }

    /** A cursor for the page after {@code key}. */
    static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
}
