package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Events;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.Registration;
import dev.plugbay.api.Scheduler;
import dev.plugbay.api.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one generation is lent. Every service is checked against the {@code host} permissions of its manifest when it is asked for.
 *
 * <p>Shared: the configuration is replaced by the host, and changed by the plugin, while it is read, hence one volatile field, written under this object's monitor; no
 * code of the plugin runs under that. The rest never changes.
 *
 * <p>What the plugin changes before its generation serves is in force in it, and kept only once it does: a generation that is rolled back has changed nothing.
 */
final class GenerationContext implements PluginContext {
    private static final Duration TAKE_OVER = Duration.ofSeconds(2);

    private enum Stage {
        STAGED,
        TAKES_OVER,
        SERVES,
        REPLACED
    }

    private final InProcessGeneration generation;
    private final HostServices host;
    private final Scope scope;
    private final LentThreads threads;
    private final Logger logger;
    private volatile Map<String, Object> config; // written with this object's monitor held
    // Guarded by this object's monitor:
    private final List<Map<String, Object>> staged = new ArrayList<>();
    private Stage stage = Stage.STAGED;
    private boolean configChanging;

    GenerationContext(InProcessGeneration generation, HostServices host, Scope scope, Map<String, Object> config) {
        this.generation = generation;
        this.host = host;
        this.scope = scope;
        this.config = Trees.copy(config);
        this.logger = logger("");
        String prefix = "plugin:" + generation.instance() + "#" + generation.generation();
        this.threads =
                scope.lend(() -> new LentThreads(prefix, generation.loader(), scope, logger, OwnWork.of(generation)));
    }

    /** Puts another configuration in place and answers with the old one; the caller tells the plugin, which changes nothing itself until {@link #configSettled}. */
    synchronized Map<String, Object> replaceConfig(Map<String, Object> next) {
        Map<String, Object> before = config;
        configChanging = true;
        config = Trees.copy(next);
        return before;
    }

    /** What was put in place is agreed on. */
    synchronized void configSettled() {
        configChanging = false;
    }

    /** It is about to serve. What the plugin changes now waits for {@link #keepConfig}, so that nobody is told of a change that is not kept. */
    synchronized void takeOver() {
        if (stage == Stage.STAGED) {
            stage = Stage.TAKES_OVER;
        }
    }

    /** Whether {@link #keepConfig} is due. */
    synchronized boolean takesOver() {
        return stage == Stage.TAKES_OVER;
    }

    /**
     * Keeps what the plugin changed before it served, on top of what is kept now.
     *
     * @throws PlugbayException why it is not kept
     */
    synchronized void keepConfig() {
        try {
            if (stage == Stage.TAKES_OVER && !staged.isEmpty()) {
                Map<String, Object> ignored =
                        host.configs().updateFromPlugin(generation.manifest(), instance(), List.copyOf(staged));
            }
        } finally {
            staged.clear();
            if (stage == Stage.TAKES_OVER) {
                stage = Stage.SERVES;
            }
            notifyAll();
        }
    }

    /** From now on the plugin's changes are refused: another generation has the configuration. */
    synchronized void replaced() {
        stage = Stage.REPLACED;
        notifyAll();
    }

    LentThreads threads() {
        return threads;
    }

    @Override
    public String plugin() {
        return generation.plugin();
    }

    @Override
    public String instance() {
        return generation.instance();
    }

    @Override
    public String version() {
        return generation.version();
    }

    @Override
    public int generation() {
        return generation.generation();
    }

    @Override
    public <C extends Record> C config(Class<C> type) {
        return RecordBinder.bind(type, config);
    }

    @Override
    public Map<String, Object> config() {
        return config;
    }

    @Override
    public void updateConfig(Map<String, ?> mergePatch) {
        require("config:write");
        Map<String, Object> patch = Trees.plain(mergePatch);
        synchronized (this) {
            awaitKept();
            if (stage == Stage.REPLACED) {
                throw PlugbayException.of(
                                ErrorCode.UNAVAILABLE,
                                "Generation " + generation() + " of " + instance()
                                        + " was replaced, so it changes no configuration any more.")
                        .plugin(plugin())
                        .instance(instance())
                        .generation(generation())
                        .retryable(false)
                        .remedy("Let the generation that serves change it.")
                        .build();
            }
            if (configChanging || stage == Stage.TAKES_OVER) {
                throw PlugbayException.of(
                                ErrorCode.BUSY,
                                "The configuration of " + instance()
                                        + " is being changed, so the plugin cannot change it now.")
                        .plugin(plugin())
                        .instance(instance())
                        .generation(generation())
                        .retryable(true)
                        .remedy(
                                configChanging
                                        ? "Try again when configChanged has returned."
                                        : "Try again in a moment: its generation has just taken over.")
                        .build();
            }
            if (stage == Stage.STAGED) {
                config = host.configs().preview(generation.manifest(), instance(), config, patch);
                staged.add(patch);
            } else {
                config = host.configs().updateFromPlugin(generation.manifest(), instance(), List.of(patch));
            }
        }
    }

    /** Waits a moment for the end of a take-over that is under way; not longer, for the take-over might wait for this call. */
    private void awaitKept() {
        long end = System.nanoTime() + TAKE_OVER.toNanos();
        try {
            while (stage == Stage.TAKES_OVER && System.nanoTime() - end < 0) {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
            }
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Logger logger() {
        return logger;
    }

    @Override
    public Logger logger(String name) {
        String full = "plugin." + instance() + (name.isEmpty() ? "" : "." + name);
        return new PluginLogger(LoggerFactory.getLogger(full), plugin(), instance(), generation());
    }

    @Override
    public Storage storage() {
        require("storage");
        return new LentStorage(host.store(), plugin(), instance(), scope);
    }

    @Override
    public Path dataFolder() {
        require("data");
        Path folder = host.home().resolve("data").resolve(instance());
        try {
            return Files.createDirectories(folder);
        } catch (IOException failure) {
            throw PlugbayException.of(
                            ErrorCode.UNAVAILABLE,
                            "The data folder " + folder + " cannot be made: " + failure.getMessage())
                    .plugin(plugin())
                    .instance(instance())
                    .remedy("Check the permissions of the home folder.")
                    .build();
        }
    }

    @Override
    public Events events() {
        require("events");
        return new LentEvents();
    }

    @Override
    public Scheduler scheduler() {
        require("schedule");
        return new LentScheduler();
    }

    @Override
    public ExecutorService executor() {
        require("threads");
        return threads.executor();
    }

    @Override
    public ThreadFactory threadFactory() {
        require("threads");
        return threads;
    }

    @Override
    public Clock clock() {
        return host.clock();
    }

    private void require(String service) {
        scope.requireOpen();
        if (!generation.manifest().permissions().host().contains(service)) {
            throw PlugbayException.of(
                            ErrorCode.PERMISSION_DENIED,
                            "Plugin " + plugin() + " asked for the host's service \"" + service
                                    + "\", which its manifest does not declare.")
                    .plugin(plugin())
                    .instance(instance())
                    .generation(generation())
                    .remedy("Declare it: @Permissions(host = \"" + service + "\").")
                    .build();
        }
    }

    /** Runs the plugin's code under a lease; a failure is logged as text. */
    private void guarded(String what, Runnable work) {
        try {
            host.guard().run(generation, MethodInfo.of(what), Optional.empty(), () -> {
                work.run();
                return what;
            });
        } catch (PlugbayException failure) {
            logger.error("{} failed: {}", what, failure.detail());
        }
    }

    private final class LentScheduler implements Scheduler {
        @Override
        public Registration every(Duration period, Runnable task) {
            return timer(period, true, task);
        }

        @Override
        public Registration after(Duration delay, Runnable task) {
            return timer(delay, false, task);
        }

        private Registration timer(Duration delay, boolean repeats, Runnable task) {
            return scope.returning(scope.lend(() -> new LentTimer(
                    host.timers(), delay, repeats, () -> guarded("timer", task), threads::execute, scope::forget)));
        }
    }

    private final class LentEvents implements Events {
        @Override
        public void publish(String type, Map<String, ?> data) {
            scope.requireOpen();
            host.events()
                    .publish(new HostEvent(
                            instance() + "." + type,
                            host.clock().instant(),
                            Optional.of(plugin()),
                            Optional.of(instance()),
                            OptionalInt.of(generation()),
                            Trees.plain(data)));
        }

        @Override
        public Registration subscribe(String pattern, Consumer<Event> listener) {
            return scope.returning(scope.lend(() -> new LentSubscription(
                    host.events(),
                    pattern,
                    threads::execute,
                    event -> guarded("event listener", () -> listener.accept(new Event(event.type(), event.data()))))));
        }
    }
}
