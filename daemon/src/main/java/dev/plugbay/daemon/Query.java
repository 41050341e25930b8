package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmFilter;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the parameters of lists. */
final class Query {
    private static final List<String> REPEATABLE = List.of("powerState", "state", "tag");

    private Query() {}

    /**
     * Refuses parameters that a route does not know, and those given twice that count once.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_REQUEST} with the nearest known one
     */
    static void allow(Context ctx, String... known) {
        ctx.queryParamMap().forEach((name, values) -> {
            if (!Arrays.asList(known).contains(name)) {
                List<String> near = Nearest.of(name, Arrays.asList(known));
                throw PlugbayException.of(ErrorCode.INVALID_REQUEST, "Parameter " + name + " is not known here.")
                        .remedy(
                                near.isEmpty()
                                        ? known.length == 0
                                                ? "Leave it out."
                                                : "Known are: " + String.join(", ", known) + "."
                                        : "Did you mean " + near.getFirst() + "?")
                        .detail("parameter", name)
                        .build();
            }
            if (values.size() > 1 && !REPEATABLE.contains(name)) {
                throw Requests.invalid(name, "is given " + values.size() + " times");
            }
        });
    }

    /** Which machines a request wants. */
    static VmQuery machines(Context ctx) {
        allow(
                ctx,
                "name",
                "powerState",
                "location",
                "type",
                "guestOs",
                "ip",
                "ipAddress",
                "tag",
                "q",
                "limit",
                "cursor");
        VmFilter.Builder filter = VmFilter.builder()
                .powerStates(words(ctx, "powerState", PowerState.class))
                .tags(tags(ctx));
        Requests.query(ctx, "name").ifPresent(filter::name);
        Requests.query(ctx, "location").ifPresent(filter::location);
        Requests.query(ctx, "type").ifPresent(filter::type);
        Requests.query(ctx, "guestOs").ifPresent(filter::guestOs);
        Requests.query(ctx, "ip").or(() -> Requests.query(ctx, "ipAddress")).ifPresent(filter::ipAddress);
        return new VmQuery(filter.build(), Requests.query(ctx, "q"));
    }

    /** A parameter whose values are words of an enum, in upper or lower case, repeated or with commas between them. */
    static <E extends Enum<E>> Set<E> words(Context ctx, String name, Class<E> type) {
        Set<E> found = EnumSet.noneOf(type);
        for (String word : split(ctx.queryParams(name))) {
            found.add(Arrays.stream(type.getEnumConstants())
                    .filter(value -> value.name().equalsIgnoreCase(word))
                    .findFirst()
                    .orElseThrow(
                            () -> Requests.invalid(name, "is one of " + Body.words(type) + ", not \"" + word + "\"")));
        }
        return found;
    }

    private static Map<String, String> tags(Context ctx) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : ctx.queryParams("tag")) {
            int equals = tag.indexOf('=');
            String key = equals < 0 ? tag : tag.substring(0, equals);
            if (key.isBlank()) {
                throw Requests.invalid("tag", "is key=value, or key for any value, not \"" + tag + "\"");
            }
            tags.put(key, equals < 0 ? "" : tag.substring(equals + 1));
        }
        return tags;
    }

    private static List<String> split(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .toList();
    }
}
