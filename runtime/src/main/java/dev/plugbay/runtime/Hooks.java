package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one generation's hooks on hook threads, each with a deadline and as the generation's own work, and tells of their failures without the secrets of its configuration.
 *
 * <p>Shared: whoever runs a hook writes {@code hung}, and anybody reads it.
 */
final class Hooks {
    private final CallTarget generation;
    private final Manifest manifest;
    private final HostServices host;
    private final OwnWork own;
    private final Supplier<Map<String, Object>> config;
    private volatile @Nullable Hung hung;

    /** A hook that missed its deadline, and whether it has returned since. */
    private record Hung(UnloadVerdict.Holder holder, BooleanSupplier over) {}

    /**
     * Those of one generation.
     *
     * @param config the configuration in force
     */
    Hooks(Generation generation, HostServices host, Supplier<Map<String, Object>> config) {
        this.generation = generation;
        this.manifest = generation.manifest();
        this.host = host;
        this.own = new OwnWork(generation.leases(), generation.instance(), true);
        this.config = config;
    }

    /** Runs one within the time that hooks have. */
    <T> T run(String what, ErrorCode code, Callable<T> work) {
        return run(what, code, host.settings().get().hookTimeout(), work);
    }

    /** Runs one; fails with {@code code} when it throws, and with {@link ErrorCode#HOOK_TIMEOUT} when it does not return in time. */
    <T> T run(String what, ErrorCode code, Duration deadline, Callable<T> work) {
        Callable<T> bound = () -> {
            CurrentCall.bind(own);
            try {
                return work.call();
            } finally {
                CurrentCall.bind(null);
            }
        };
        return switch (host.hooks().run(generation.loader(), deadline, bound)) {
            case HookThreads.Ended.Returned<T>(T value) -> value;
            case HookThreads.Ended.Threw<T>(String failure, String stack) ->
                throw failure(code, what + " failed: " + hidden(failure))
                        .detail("stack", hidden(stack))
                        .remedy("Read its log: " + Remedies.plugins("log", generation.plugin(), generation.instance())
                                + ".")
                        .build();
            case HookThreads.Ended.Hangs<T>(String thread, String where, BooleanSupplier over) -> {
                hung = new Hung(new UnloadVerdict.Holder("hook", what + " on " + thread, where), over);
                throw failure(
                                ErrorCode.HOOK_TIMEOUT,
                                what + " did not return within " + Durations.about(deadline) + "; it was at "
                                        + where.lines().findFirst().orElse("an unknown place") + ".")
                        .detail("stack", where)
                        .remedy("Mend the plugin, or give "
                                + (deadline.compareTo(host.settings().get().hookTimeout()) < 0
                                        ? "handovers more time with plugins.handoverGap."
                                        : "hooks more time with plugins.hookTimeout."))
                        .build();
            }
        };
    }

    /** The hook that hangs, if one does. */
    Optional<UnloadVerdict.Holder> hung() {
        Hung last = hung;
        return last == null || last.over().getAsBoolean() ? Optional.empty() : Optional.of(last.holder());
    }

    /** A failure of this generation, called as people call it: {@code images 1.0.0}, and the instance if it is not the default one. */
    PlugbayException.Builder failure(ErrorCode code, String what) {
        String named = manifest.id() + " " + manifest.version()
                + (isDefault() ? "" : " (instance " + generation.instance() + ")");
        return PlugbayException.of(code, named + ": " + what)
                .plugin(manifest.id())
                .instance(generation.instance())
                .generation(generation.generation());
    }

    private boolean isDefault() {
        return generation.instance().equals(manifest.id());
    }

    /** What the plugin says, without the secrets that its configuration gave it. */
    private String hidden(String said) {
        return Secrets.hide(said, manifest.configSchema(), config.get());
    }
}
