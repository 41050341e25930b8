package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.Problem;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever a route throws into a problem; what was not meant to be thrown is logged and told apart by its trace id only. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    /** About how long a restart takes. */
    private static final String RETRY_SECONDS = "5";

    private final Json json;

    Failures(Json json) {
        this.json = json;
    }

    void addTo(JavalinConfig config) {
        config.routes.exception(PlugbayException.class, (failure, ctx) -> {
            Problem problem = Problem.of(failure);
            answer(ctx, problem, problem.code().httpStatus());
            if (problem.code() == ErrorCode.UNAVAILABLE && problem.retryable()) {
                ctx.header("Retry-After", RETRY_SECONDS);
            }
            if (problem.code() == ErrorCode.UNAUTHENTICATED) {
                ctx.header("WWW-Authenticate", "Bearer");
            }
        });
        config.routes.exception(
                Requests.UnsupportedMediaType.class,
                (failure, ctx) -> answer(
                        ctx,
                        Problems.of(
                                ErrorCode.INVALID_REQUEST,
                                String.valueOf(failure.getMessage()),
                                "Send " + failure.wanted() + "."),
                        415));
        config.routes.exception(JdbiException.class, (failure, ctx) -> {
            LOG.atError()
                    .addKeyValue("trace", Requests.trace(ctx))
                    .setCause(failure)
                    .log("The database failed");
            Problem problem = Problem.of(DatabaseFailures.of(failure));
            answer(ctx, problem, problem.code().httpStatus());
        });
        config.routes.exception(HttpResponseException.class, this::refused);
        config.routes.exception(Exception.class, this::unexpected);
        config.router.javaLangErrorHandler(this::error);
    }

    private void refused(HttpResponseException refusal, Context ctx) {
        int status = refusal.getStatus();
        Problem problem = switch (status) {
            case 404 ->
                Problems.of(
                        ErrorCode.NOT_FOUND,
                        "There is no " + ctx.path() + " here.",
                        "GET /openapi.yaml lists every path.");
            case 405 -> {
                String allowed = refusal.getDetails().getOrDefault("availableMethods", "");
                if (!allowed.isEmpty()) {
                    ctx.header("Allow", allowed);
                }
                yield Problems.of(
                        ErrorCode.INVALID_REQUEST,
                        ctx.method() + " is not for " + ctx.path() + ".",
                        allowed.isEmpty() ? "GET /openapi.yaml lists every path." : "Use " + allowed + ".");
            }
            case 413 ->
                Problems.of(
                        ErrorCode.INVALID_REQUEST,
                        "The body is too large.",
                        "Send at most " + HttpServer.BODY_LIMIT + " bytes.");
            default ->
                Problems.of(
                        ErrorCode.INVALID_REQUEST,
                        "The request cannot be read.",
                        "Correct the request; GET /openapi.yaml describes each.");
        };
        answer(ctx, problem, status);
    }

    private void unexpected(Exception failure, Context ctx) {
        String trace = Requests.trace(ctx);
        LOG.atError()
                .setCause(failure)
                .addKeyValue("trace", trace)
                .log("A request failed in a way that was not foreseen: {} {}", ctx.method(), ctx.path());
        answer(ctx, internal(trace), ErrorCode.INTERNAL.httpStatus());
    }

    private void error(HttpServletResponse response, Error failure) {
        String trace = Optional.ofNullable(response.getHeader("X-Trace-Id")).orElse("");
        LOG.atError()
                .setCause(failure)
                .addKeyValue("trace", trace)
                .log("A request failed in a way that was not foreseen");
        if (response.isCommitted()) {
            return;
        }
        response.setStatus(ErrorCode.INTERNAL.httpStatus());
        response.setContentType(Problems.MEDIA_TYPE);
        try {
            response.getOutputStream().write(json.problem(internal(trace), ErrorCode.INTERNAL.httpStatus()));
        } catch (IOException e) {
            LOG.debug("The client went away before it was told", e);
        }
    }

    private static Problem internal(String trace) {
        return new Problem(
                ErrorCode.INTERNAL,
                "Something went wrong in the host that was not foreseen.",
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.of("Look for trace " + trace + " in the host's log, and report it."),
                false,
                Optional.empty(),
                Map.of("trace", trace));
    }

    private void answer(Context ctx, Problem problem, int status) {
        ctx.status(status).contentType(Problems.MEDIA_TYPE).result(json.problem(problem, status));
    }
}
