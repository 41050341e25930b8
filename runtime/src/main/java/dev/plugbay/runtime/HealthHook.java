package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Plugin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a generation for its health, and remembers the answer.
 *
 * <p>Shared: anybody asks; those who ask while somebody does get the same answer, so that a hang costs one thread.
 */
final class HealthHook {
    private final Hooks hooks;
    private final Supplier<@Nullable Plugin> plugin;
    private final AtomicReference<@Nullable CompletableFuture<Health>> asking = new AtomicReference<>();
    private volatile Health last = Health.unknown();

    /**
     * That of one generation, not asked yet.
     *
     * @param plugin the plugin, once it is made
     */
    HealthHook(Hooks hooks, Supplier<@Nullable Plugin> plugin) {
        this.hooks = hooks;
        this.plugin = plugin;
    }

    /** Asks now, on a hook thread; a failure or a hang is an answer too. */
    Health ask() {
        CompletableFuture<Health> mine = new CompletableFuture<>();
        CompletableFuture<Health> first = asking.compareAndExchange(null, mine);
        if (first != null) {
            return first.join();
        }
        try {
            mine.complete(askNow());
        } finally {
            asking.set(null);
            mine.complete(last);
        }
        return last;
    }

    /** The last answer. */
    Health last() {
        return last;
    }

    /** Takes this for the answer until it is asked again. */
    void note(Health health) {
        last = health;
    }

    private Health askNow() {
        Plugin asked = plugin.get();
        if (asked == null || hooks.hung().isPresent()) {
            return last;
        }
        Health answer;
        try {
            answer = hooks.run("health", ErrorCode.CALL_FAILED, () -> {
                Health raw = asked.health();
                return raw == null ? Health.unhealthy("health answered null") : raw;
            });
        } catch (PlugbayException failure) {
            answer = Health.unhealthy(failure.detail());
        }
        last = answer;
        return answer;
    }
}
