package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.runtime.Problem;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty answers by itself, to requests that no route ever sees because they are no proper HTTP: problems too, in place of its pages. */
final class ErrorPages extends ErrorHandler {
    private final Json json;

    ErrorPages(Json json) {
        this.json = json;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.MEDIA_TYPE);
        response.write(true, ByteBuffer.wrap(json.problem(problem(code), code)), callback);
    }

    private static Problem problem(int status) {
        return status >= HttpStatus.INTERNAL_SERVER_ERROR_500
                ? Problems.of(
                        ErrorCode.INTERNAL,
                        "Something went wrong in the host that was not foreseen.",
                        "Look into the host's log.")
                : Problems.of(
                        ErrorCode.INVALID_REQUEST,
                        "The request is not understood: " + HttpStatus.getMessage(status) + ".",
                        "Correct the request; GET /openapi.yaml describes each.");
    }
}
