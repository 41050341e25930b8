package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.runtime.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The one format of failures: {@code application/problem+json} (RFC 9457). */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";

    private Problems() {}

    /** The document that describes a problem. */
    static Map<String, Object> document(Problem problem) {
        return document(problem, problem.code().httpStatus());
    }

    /** The same where HTTP has a more precise status than the code's. */
    static Map<String, Object> document(Problem problem, int status) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "urn:plugbay:problem:" + problem.code().id());
        document.put("title", problem.code().title());
        document.put("status", status);
        document.put("detail", problem.detail());
        document.put("code", problem.code().id());
        problem.plugin().ifPresent(value -> document.put("plugin", value));
        problem.instance().ifPresent(value -> document.put("instance", value));
        problem.generation().ifPresent(value -> document.put("generation", value));
        problem.remedy().ifPresent(value -> document.put("remedy", value));
        document.put("retryable", problem.retryable());
        problem.pointer().ifPresent(value -> document.put("pointer", value));
        if (!problem.details().isEmpty()) {
            document.put("details", problem.details());
        }
        return document;
    }

    /** A problem that concerns no plugin. */
    static Problem of(ErrorCode code, String detail, String remedy) {
        return new Problem(
                code,
                detail,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.of(remedy),
                code.retryable(),
                Optional.empty(),
                Map.of());
    }
}
