package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What concerns the host itself: its version, whether it lives and is ready, and the description of this interface. */
final class SystemRoutes implements Routes {
    private final Requests requests;
    private final About about;
    private final BooleanSupplier ready;
    private final Supplier<Optional<Problem>> configProblem;

    SystemRoutes(Requests requests, About about, BooleanSupplier ready, Supplier<Optional<Problem>> configProblem) {
        this.requests = requests;
        this.about = about;
        this.ready = ready;
        this.configProblem = configProblem;
    }

    /** What is fixed for a run of the daemon. */
    record About(String version, Path home, Instant startedAt) {}

    /**
     * What {@code GET /api/v1/version} answers.
     *
     * @param version Plugbay's version
     * @param java the Java that runs it
     * @param pid the process
     * @param home the home folder
     * @param startedAt when it was started
     * @param ready whether every enabled plugin was tried once
     * @param configProblem why {@code plugbay.yaml} as it is now is not in force
     */
    record Version(
            String version,
            String java,
            long pid,
            Path home,
            Instant startedAt,
            boolean ready,
            Optional<Problem> configProblem) {}

    @Override
    public void addTo(RouteTable table) {
        table.get("/api/v1/version", this::version);
        table.get("/livez", ctx -> requests.reply(ctx, Map.of("status", "live")));
        table.get("/readyz", this::ready);
        table.get("/openapi.yaml", SystemRoutes::openApi);
    }

    private void version(Context ctx) {
        requests.reply(
                ctx,
                new Version(
                        about.version(),
                        Runtime.version().toString(),
                        ProcessHandle.current().pid(),
                        about.home(),
                        about.startedAt(),
                        ready.getAsBoolean(),
                        configProblem.get()));
    }

    private void ready(Context ctx) {
        if (!ready.getAsBoolean()) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, "The host is still starting its plugins.")
                    .remedy("Try again in a moment.")
                    .build();
        }
        requests.reply(ctx, Map.of("status", "ready"));
    }

    private static void openApi(Context ctx) throws IOException {
        try (InputStream in = SystemRoutes.class.getResourceAsStream("/openapi.yaml")) {
            ctx.contentType("application/yaml")
                    .result(Objects.requireNonNull(in).readAllBytes());
        }
    }
}
