package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.CallOptions;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads requests and writes replies, the same way for every route. */
final class Requests {
    static final String TRACE = "trace";

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private final Json json;

    Requests(Json json) {
        this.json = json;
    }

    /** The body, a JSON object. */
    Map<String, Object> object(Context ctx) {
        String type = ctx.contentType();
        if (type != null && !type.isBlank() && !isJson(type)) {
            throw new UnsupportedMediaType(type, "application/json");
        }
        return json.object(ctx.bodyAsBytes());
    }

    /** Answers 200 with a value as JSON. */
    void reply(Context ctx, Object value) {
        reply(ctx, 200, value);
    }

    /** Answers with a value as JSON. */
    void reply(Context ctx, int status, Object value) {
        ctx.status(status).contentType("application/json").result(json.write(value));
    }

    /** What plugin calls made for this request carry. */
    CallOptions options(Context ctx) {
        return CallOptions.by("rest").traceId(trace(ctx)).timeout(CALL_TIMEOUT);
    }

    /** The request's trace id. */
    static String trace(Context ctx) {
        String trace = ctx.attribute(TRACE);
        return trace == null ? "" : trace;
    }

    /** A query parameter, if it is given and not blank. */
    static Optional<String> query(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).filter(value -> !value.isBlank());
    }

    /** A query parameter that is a switch: given without a value or as {@code true} it is on. */
    static boolean flag(Context ctx, String name) {
        String value = ctx.queryParam(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.isEmpty() || value.equals("true")) {
            return true;
        }
        throw invalid(name, "is true or false, not \"" + value + "\"");
    }

    /** A query parameter that is a whole number within a range. */
    static int number(Context ctx, String name, int otherwise, int least, int most) {
        Optional<String> value = query(ctx, name);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid(name, "is a whole number from " + least + " to " + most + ", not \"" + value.get() + "\"");
    }

    static PlugbayException invalid(String parameter, String why) {
        return PlugbayException.of(ErrorCode.INVALID_REQUEST, "Parameter " + parameter + " " + why + ".")
                .remedy("Correct the parameter; GET /openapi.yaml describes each.")
                .detail("parameter", parameter)
                .build();
    }

    private static boolean isJson(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(java.util.Locale.ROOT);
        return type.equals("application/json") || type.endsWith("+json");
    }

    /** A body of a kind that is not read. */
    static final class UnsupportedMediaType extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String wanted;

        UnsupportedMediaType(String type, String wanted) {
            super("The body is sent as " + type + ".");
            this.wanted = wanted;
        }

        /** What is read instead. */
        String wanted() {
            return wanted;
        }
    }
}
