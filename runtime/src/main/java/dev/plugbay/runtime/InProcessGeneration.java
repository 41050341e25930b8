package dev.plugbay.runtime;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final ExtensionObjects extensions = new ExtensionObjects();
    private final Hooks hooks;
    private final StateHooks state;
    private final HealthHook health;
    private @Nullable Plugin plugin;
    private volatile @Nullable Instant publishedAt;

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
        this.scope = new Scope(loader.getName());
        this.context = new GenerationContext(this, host, scope, config);
        this.hooks = new Hooks(this, host, context::config);
        this.state = new StateHooks(new Hooks(this, host, context::config), this::required);
        this.health = new HealthHook(hooks, () -> plugin);
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
        Plugin made = hooks.run("init", ErrorCode.INIT_FAILED, () -> {
            Plugin fresh = (Plugin) EntryPoints.construct(entryPoints.main(), context);
            fresh.init(context);
            return fresh;
        });
        plugin = made;
        life.to(PluginState.INITIALIZED);
        life.to(PluginState.STARTING);
        hooks.run("start", ErrorCode.START_FAILED, () -> {
            made.start(context);
            extensions.make(entryPoints.extensions(), made, context);
            return "started";
        });
    }

    @Override
    public Health askHealth() {
        return health.ask();
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
            hooks.run("configChanged", ErrorCode.INVALID_CONFIG, () -> {
                told.configChanged(context);
                return "changed";
            });
        } catch (PlugbayException refused) {
            context.replaceConfig(before);
            if (hung().isEmpty()) {
                try {
                    hooks.run("configChanged", ErrorCode.INVALID_CONFIG, () -> {
                        told.configChanged(context);
                        return "changed back";
                    });
                } catch (PlugbayException again) {
                    health.note(Health.degraded("It refused to go back to its old configuration: " + again.detail()));
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
    public void takeOver() {
        context.takeOver();
    }

    @Override
    public boolean takesOver() {
        return context.takesOver();
    }

    @Override
    public void keepConfig() {
        context.keepConfig();
    }

    @Override
    public void replaced() {
        context.replaced();
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
    public Optional<UnloadVerdict.Holder> stateHookHung() {
        return state.hung();
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
        health.lacksNothing();
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
                    hooks.run("stop", ErrorCode.CALL_FAILED, () -> {
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
            hooks.run("cleaning", ErrorCode.CALL_FAILED, () -> {
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

    private Map.Entry<Plugin, PluginContext> required() {
        Plugin made = plugin;
        if (made == null) {
            throw hooks.failure(ErrorCode.INTERNAL, "there is no plugin object").build();
        }
        return Map.entry(made, context);
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
        return health.last();
    }

    @Override
    public void lacks(String reason) {
        health.lacks(reason);
    }

    @Override
    public Optional<UnloadVerdict.Holder> hung() {
        return hooks.hung().or(state::hung);
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
        return extensions
                .find(point, name)
                .orElseThrow(() -> hooks.failure(
                                ErrorCode.NOT_FOUND,
                                "it offers no " + point + (name.isEmpty() ? "" : " named \"" + name + "\"") + ".")
                        .build());
    }

    @Override
    public String toString() {
        return loader.getName();
    }

    @Override
    public List<String> runningCalls() {
        return leases.snapshot().stream().map(call -> call.told(loader)).toList();
    }
}
