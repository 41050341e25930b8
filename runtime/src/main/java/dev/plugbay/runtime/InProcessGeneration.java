package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.SavedState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A generation inside the host's own process: a class loader, a plugin object, its extensions and a scope.
 *
 * <p>Shared: one thread at a time takes it through its life (the instance's, then its retirement's); callers reach the extensions after the
 * publish, whose volatile write makes them visible. Nobody but the instance, its running calls and its retirement holds a generation: whoever
 * else kept it would keep its class loader.
 */
final class InProcessGeneration implements Generation {
    private final Manifest manifest;
    private final Artifact artifact;
    private final String instance;
    private final int number;
    private final HostServices host;
    private final LifeCycle life;
    private final Leases leases = new Leases();
    private final Scope scope;
    private final PluginClassLoader loader;
    private final EntryPoints entryPoints;
    private final GenerationContext context;
    private final Map<ExtensionKey, Object> extensions = new LinkedHashMap<>();
    private @Nullable Plugin plugin;
    private final OwnWork own;
    private final StateHooks state = new StateHooks(this::hook, this::required);
    private volatile Health health = Health.unknown();
    private volatile @Nullable Hung hung;
    private final AtomicReference<@Nullable CompletableFuture<Health>> asking = new AtomicReference<>();
    private volatile @Nullable Instant publishedAt;

    private record ExtensionKey(String point, String name) {}

    /** A hook that missed its deadline, and whether it has returned since. */
    private record Hung(UnloadVerdict.Holder holder, BooleanSupplier over) {}

    private InProcessGeneration(
            Artifact artifact,
            String instance,
            int number,
            HostServices host,
            LifeCycle life,
            PluginClassLoader loader,
            EntryPoints entryPoints,
            Map<String, Object> config) {
        this.manifest = artifact.manifest();
        this.artifact = artifact;
        this.instance = instance;
        this.number = number;
        this.host = host;
        this.life = life;
        this.loader = loader;
        this.entryPoints = entryPoints;
        this.own = new OwnWork(leases, instance, true);
        this.scope = new Scope(loader.getName());
        this.context = new GenerationContext(this, host, scope, config);
    }

    /** Makes the loader and finds the classes that the manifest names; runs no code of the plugin. */
    static InProcessGeneration load(
            Artifact artifact, String instance, int number, Map<String, Object> config, HostServices host) {
        Manifest manifest = artifact.manifest();
        String name = "plugin:" + instance + "@" + manifest.version() + "#" + number + "/" + host.nonce();
        LifeCycle life = new LifeCycle(name);
        life.to(PluginState.LOADING);
        PluginClassLoader loader = open(name, artifact, host);
        try {
            EntryPoints entryPoints = EntryPoints.of(manifest, loader);
            InProcessGeneration generation =
                    new InProcessGeneration(artifact, instance, number, host, life, loader, entryPoints, config);
            life.to(PluginState.LOADED);
            return generation;
        } catch (Throwable failure) {
            loader.close();
            throw failure;
        }
    }

    /** Fails as {@link #load} would, and leaves nothing; runs no code of the plugin. */
    static void inspect(Artifact artifact, HostServices host) {
        try (PluginClassLoader loader = open("inspection/" + host.nonce(), artifact, host)) {
            EntryPoints.of(artifact.manifest(), loader);
        }
    }

    private static PluginClassLoader open(String name, Artifact artifact, HostServices host) {
        try {
            return new PluginClassLoader(name, artifact.classpath(), host.apis());
        } catch (IOException failure) {
            Manifest manifest = artifact.manifest();
            throw PlugbayException.of(
                            ErrorCode.LOAD_ERROR,
                            "The artifact of " + manifest.id() + " " + manifest.version() + " cannot be read: "
                                    + failure.getMessage())
                    .plugin(manifest.id())
                    .build();
        }
    }

    /** Constructs and initialises the plugin, starts it, and makes its extensions. */
    @Override
    public void start() {
        life.to(PluginState.INITIALIZING);
        Plugin made = hook("init", ErrorCode.INIT_FAILED, () -> {
            Plugin fresh = (Plugin) EntryPoints.construct(entryPoints.main(), context);
            fresh.init(context);
            return fresh;
        });
        plugin = made;
        life.to(PluginState.INITIALIZED);
        life.to(PluginState.STARTING);
        hook("start", ErrorCode.START_FAILED, () -> {
            made.start(context);
            Map<Class<?>, Object> objects = new LinkedHashMap<>();
            for (EntryPoints.ExtensionClass extension : entryPoints.extensions()) {
                Object object = objects.get(extension.type());
                if (object == null) {
                    object = EntryPoints.construct(extension.type(), made, context);
                    objects.put(extension.type(), object);
                }
                extensions.put(new ExtensionKey(extension.point().getName(), extension.name()), object);
            }
            return "started";
        });
    }

    /** Asks for health on a hook thread; a failure or a hang is an answer too. */
    @Override
    public Health askHealth() {
        CompletableFuture<Health> mine = new CompletableFuture<>();
        CompletableFuture<Health> first = asking.compareAndExchange(null, mine);
        if (first != null) {
            return first.join(); // somebody asks already: the answer is for all, and a hang costs one thread
        }
        try {
            mine.complete(askNow());
        } finally {
            asking.set(null);
            mine.complete(health);
        }
        return health;
    }

    private Health askNow() {
        Plugin asked = plugin;
        if (asked == null || hung().isPresent()) {
            return health;
        }
        Health answer;
        try {
            answer = hook("health", ErrorCode.CALL_FAILED, () -> {
                Health raw = asked.health();
                return raw == null ? Health.unhealthy("health answered null") : raw;
            });
        } catch (PlugbayException failure) {
            answer = Health.unhealthy(failure.detail());
        }
        health = answer;
        return answer;
    }

    /** Puts another configuration in force. On failure the old one is in force again. */
    @Override
    public void reconfigure(Map<String, Object> next) {
        Map<String, Object> before = context.replaceConfig(next);
        try {
            tellOfConfig(before);
        } finally {
            context.configSettled();
        }
    }

    private void tellOfConfig(Map<String, Object> before) {
        Plugin told = plugin;
        if (told == null) {
            return;
        }
        try {
            hook("configChanged", ErrorCode.INVALID_CONFIG, () -> {
                told.configChanged(context);
                return "changed";
            });
        } catch (PlugbayException refused) {
            context.replaceConfig(before);
            if (hung().isEmpty()) {
                try {
                    hook("configChanged", ErrorCode.INVALID_CONFIG, () -> {
                        told.configChanged(context);
                        return "changed back";
                    });
                } catch (PlugbayException again) {
                    health = Health.degraded("It refused to go back to its old configuration: " + again.detail());
                }
            }
            throw refused;
        }
    }

    /** Activates what is staged; called right after the publish. */
    @Override
    public void published() {
        life.to(PluginState.RUNNING);
        publishedAt = host.clock().instant();
        scope.publish();
    }

    /** Silences timers and subscriptions. */
    @Override
    public void withdraw() {
        scope.withdraw();
    }

    @Override
    public void awaitPublish() {
        scope.await();
    }

    @Override
    public void pause() {
        scope.pause();
    }

    @Override
    public void resume() {
        scope.resume();
    }

    @Override
    public boolean quiet() {
        return !scope.busy();
    }

    @Override
    public boolean keepsState() {
        return state.keeps();
    }

    @Override
    public Optional<SavedState> saveState(Duration limit) {
        return state.save(limit);
    }

    @Override
    public void restoreState(SavedState saved, Duration limit) {
        state.restore(saved, limit);
    }

    @Override
    public void acquire(Duration limit) {
        state.acquire(limit);
    }

    @Override
    public void release(Duration limit) {
        state.release(limit);
    }

    /** Runs the stop hook, if the plugin was started. */
    @Override
    public void stop() {
        Plugin stopped = plugin;
        if (life.is(PluginState.RUNNING) || (life.is(PluginState.STARTING) && stopped != null)) {
            life.to(PluginState.STOPPING);
            try {
                if (stopped != null && hung().isEmpty()) {
                    hook("stop", ErrorCode.CALL_FAILED, () -> {
                        stopped.stop(context);
                        return "stopped";
                    });
                }
                life.to(PluginState.STOPPED);
            } catch (PlugbayException failure) {
                context.logger().warn("stop failed: {}", failure.detail());
                life.to(PluginState.FAILED);
            }
        } else if (!life.is(PluginState.LOADED) && !life.is(PluginState.INITIALIZED) && !life.is(PluginState.FAILED)) {
            life.to(PluginState.FAILED);
        }
    }

    /** Takes back what was lent; afterwards nothing of the plugin should run. The loader stays open. */
    @Override
    public void closeScope() {
        life.to(PluginState.UNLOADING);
        scope.close();
        try {
            hook("cleaning", ErrorCode.CALL_FAILED, () -> {
                Cleaners.run(loader);
                return "clean";
            });
        } catch (PlugbayException failure) {
            context.logger().warn("What it registered with the JDK could not be taken back: {}", failure.detail());
        }
    }

    /** Where threads that outlived the scope were started, by thread id. */
    @Override
    public Map<Long, String> survivors() {
        return context.threads().survivors();
    }

    @Override
    public void closeLoader() {
        loader.close();
        life.to(PluginState.UNLOADED);
        extensions.clear();
        plugin = null;
    }

    private <T> T hook(String what, ErrorCode code, Callable<T> work) {
        return hook(what, code, host.settings().get().hookTimeout(), work);
    }

    private <T> T hook(String what, ErrorCode code, Duration deadline, Callable<T> work) {
        Callable<T> bound = () -> {
            CurrentCall.bind(own);
            try {
                return work.call();
            } finally {
                CurrentCall.bind(null);
            }
        };
        return switch (host.hooks().run(loader, deadline, bound)) {
            case HookThreads.Ended.Returned<T>(T value) -> value;
            case HookThreads.Ended.Threw<T>(String failure, String stack) ->
                throw failure(code, what + " failed: " + failure)
                        .detail("stack", stack)
                        .remedy("Read its log: plugbay plugins log " + plugin()
                                + (instance.equals(plugin()) ? "" : " --instance " + instance) + ".")
                        .build();
            case HookThreads.Ended.Hangs<T>(String thread, String where, BooleanSupplier over) -> {
                hung = new Hung(new UnloadVerdict.Holder("hook", what + " on " + thread, where), over);
                throw failure(
                                ErrorCode.HOOK_TIMEOUT,
                                what + " did not return within " + Durations.print(deadline) + "; it was at "
                                        + where.lines().findFirst().orElse("an unknown place") + ".")
                        .detail("stack", where)
                        .remedy("Mend the plugin, or give hooks more time with plugins.hookTimeout.")
                        .build();
            }
        };
    }

    private Map.Entry<Plugin, PluginContext> required() {
        Plugin made = plugin;
        if (made == null) {
            throw failure(ErrorCode.INTERNAL, "there is no plugin object").build();
        }
        return Map.entry(made, context);
    }

    /** As people call it: {@code images 1.0.0}, and the instance if it is not the default one. */
    private String named() {
        String name = manifest.id() + " " + manifest.version();
        return instance.equals(manifest.id()) ? name : name + " (instance " + instance + ")";
    }

    private PlugbayException.Builder failure(ErrorCode code, String what) {
        return PlugbayException.of(code, named() + ": " + what)
                .plugin(manifest.id())
                .instance(instance)
                .generation(number);
    }

    @Override
    public List<EntryPoints.ExtensionClass> offers() {
        return entryPoints.extensions().stream()
                .sorted(Comparator.comparingInt(EntryPoints.ExtensionClass::order)
                        .thenComparing(EntryPoints.ExtensionClass::name))
                .toList();
    }

    @Override
    public Manifest manifest() {
        return manifest;
    }

    @Override
    public Artifact artifact() {
        return artifact;
    }

    @Override
    public LifeCycle life() {
        return life;
    }

    @Override
    public Health health() {
        return health;
    }

    @Override
    public Optional<UnloadVerdict.Holder> hung() {
        Hung last = hung;
        return last == null || last.over().getAsBoolean() ? Optional.empty() : Optional.of(last.holder());
    }

    @Override
    public Optional<Instant> publishedAt() {
        return Optional.ofNullable(publishedAt);
    }

    @Override
    public Map<String, Object> config() {
        return context.config();
    }

    GenerationContext context() {
        return context;
    }

    @Override
    public String plugin() {
        return manifest.id();
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public int generation() {
        return number;
    }

    @Override
    public String version() {
        return manifest.version().toString();
    }

    @Override
    public ClassLoader loader() {
        return loader;
    }

    @Override
    public Leases leases() {
        return leases;
    }

    @Override
    public Object extension(String point, String name) {
        Object extension = extensions.get(new ExtensionKey(point, name));
        if (extension == null) {
            throw PlugbayException.of(
                            ErrorCode.NOT_FOUND,
                            named() + " offers no " + point + (name.isEmpty() ? "" : " named \"" + name + "\"") + ".")
                    .plugin(manifest.id())
                    .instance(instance)
                    .generation(number)
                    .build();
        }
        return extension;
    }

    @Override
    public String toString() {
        return loader.getName();
    }

    /** The calls that run on it, each with its thread and place, for people. */
    @Override
    public List<String> runningCalls() {
        return leases.snapshot().stream()
                .map(call -> call.what()
                        + (call.thread().isEmpty() ? "" : " on thread " + call.thread())
                        + call.stack().stream()
                                .filter(frame -> loader.getName() != null
                                        && loader.getName().equals(frame.getClassLoaderName()))
                                .findFirst()
                                .map(frame -> " at " + frame)
                                .orElse(""))
                .toList();
    }
}
