package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Plugin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private volatile Optional<String> lacking = Optional.empty();

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
            askNow();
        } finally {
            asking.set(null);
            mine.complete(last());
        }
        return last();
    }

    /** The last answer; degraded at least when something is lacking. */
    Health last() {
        Health answer = last;
        return lacking.map(reason -> with(reason, answer)).orElse(answer);
    }

    /** Degrades every answer from now on: the plugin itself may not know what it lacks. */
    void lacks(String reason) {
        lacking = Optional.of(reason);
    }

    /** It has again what it lacked. */
    void lacksNothing() {
        lacking = Optional.empty();
    }

    private static Health with(String reason, Health answer) {
        Health.Level level = answer.level().worseThan(Health.Level.DEGRADED) ? answer.level() : Health.Level.DEGRADED;
        List<String> reasons = new ArrayList<>(answer.reasons());
        reasons.add(reason);
        return new Health(level, reasons);
    }

    /** Takes this for the answer until it is asked again. */
    void note(Health health) {
        last = health;
    }

    private void askNow() {
        Plugin asked = plugin.get();
        if (asked == null || hooks.hung().isPresent()) {
            return;
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
    }
}
