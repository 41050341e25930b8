package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires a host's parts by hand, and takes them apart again. */
final class HostAssembly {
    private static final Logger LOG = LoggerFactory.getLogger(HostAssembly.class);

    private HostAssembly() {}

    /** Makes a host and brings up its plugins. */
    static PluginHost start(
            HostSettings initial,
            List<Class<?>> apiClasses,
            @Nullable Path wantedHome,
            @Nullable HostStore wantedStore,
            ConfigValidator validator,
            Clock clock) {
        Path home = home(wantedHome);
        String nonce = Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000000, 0x7fffffff));
        SettingsInForce settings = new SettingsInForce(initial);
        HostStore store = wantedStore != null ? wantedStore : new FileHostStore(home);
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform()
                        .name("plugbay-timers-" + nonce)
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .factory());
        timers.setRemoveOnCancelPolicy(true);
        CallServices calls = new CallServices(() -> settings.get().cancelGrace());
        try {
            ApiCatalog apis = ApiCatalog.of(RuntimeHost.class.getClassLoader(), apiClasses);
            DesiredState desired = new DesiredState(store);
            Configs configs = new Configs(desired, settings::get, validator);
            HookThreads hooks = new HookThreads(nonce);
            VerdictWatch verdicts = new VerdictWatch(() -> settings.get().gcNudge(), new ThreadFinder());
            CallGuard guard = new CallGuard(calls);
            HostServices services = new HostServices(
                    nonce,
                    home,
                    settings::get,
                    store,
                    new ArtifactStore(home, validator, UnpackBudget.Caps.standard()),
                    apis,
                    configs,
                    guard,
                    new HandleFactory(guard),
                    hooks,
                    timers,
                    new EventHub(),
                    verdicts,
                    new Retirements(),
                    new States(store),
                    new Semaphore(1, true),
                    clock);
            Registry registry = new Registry(new Names(desired, settings::get, store, home));
            Isolations isolations = new Isolations(List.of(new Isolation.InProcess(services)));
            Admission admission = new Admission(apis, registry::running);
            Reconciler reconciler = new Reconciler(services, registry, desired, admission, isolations);
            new HealthMonitor(registry::instances, settings::get).start(timers);
            verdicts.start(timers);
            Parts parts = new Parts(
                    settings,
                    services,
                    registry,
                    reconciler,
                    desired,
                    admission,
                    isolations,
                    timers,
                    calls,
                    wantedHome == null);
            try {
                reconciler.start();
            } catch (RuntimeException | Error failure) {
                parts.close();
                throw failure;
            }
            return new RuntimeHost(parts);
        } catch (RuntimeException | Error failure) {
            if (!timers.isShutdown()) {
                timers.shutdownNow();
                calls.close();
                store.close();
                if (wantedHome == null) {
                    delete(home);
                }
            }
            throw failure;
        }
    }

    /**
     * The parts of a running host.
     *
     * @param temporary whether the home folder goes with the host
     */
    record Parts(
            SettingsInForce settings,
            HostServices services,
            Registry registry,
            Reconciler reconciler,
            DesiredState desired,
            Admission admission,
            Isolations isolations,
            ScheduledThreadPoolExecutor timers,
            CallServices calls,
            boolean temporary) {

        void close() {
            close(Optional.empty());
        }

        /**
         * Withdraws every plugin, those first that require others; lets calls end or cancels them; and gives everything back. Once: who comes second waits for
         * the first.
         *
         * @param limit how long that may take at most
         */
        synchronized void close(Optional<Duration> limit) {
            if (timers.isShutdown()) {
                return;
            }
            Patience patience = Patience.of(limit, settings.get());
            reconciler.close();
            Map<String, ManagedPlugin> left = new LinkedHashMap<>();
            registry.all().forEach(plugin -> left.put(plugin.id(), plugin));
            List<Set<String>> groups = StartOrder.backwards(manifests(left.values()));
            int toCome = groups.size() + 1;
            for (Set<String> together : groups) {
                shutDown(
                        left.entrySet().stream()
                                .filter(entry -> together.contains(entry.getKey()))
                                .map(Map.Entry::getValue)
                                .toList(),
                        patience.share(toCome));
                left.keySet().removeAll(together);
                toCome--;
            }
            shutDown(List.copyOf(left.values()), patience);
            awaitEnd(name -> true, patience); // of what was removed before
            timers.shutdownNow();
            services.hooks().close();
            calls.close();
            services.store().close();
            if (temporary) {
                delete(services.home());
            }
        }

        private static List<Manifest> manifests(Collection<ManagedPlugin> plugins) {
            return plugins.stream()
                    .flatMap(plugin -> plugin.running().stream().limit(1))
                    .map(Generation::manifest)
                    .toList();
        }

        private void shutDown(List<ManagedPlugin> plugins, Patience patience) {
            List<CompletableFuture<Void>> begun = plugins.stream()
                    .map(plugin -> plugin.shutDown("is stopped, because the host is closing"))
                    .toList();
            Patience underWay =
                    patience.share(2); // one that hangs in a hook must not take the time of the others' calls
            begun.forEach(underWay::await); // for what is under way: a hook, an installation
            Set<String> ended = plugins.stream()
                    .flatMap(plugin -> plugin.instances().stream())
                    .map(Instance::name)
                    .collect(Collectors.toSet());
            awaitEnd(ended::contains, patience);
        }

        private void awaitEnd(Predicate<String> instances, Patience patience) {
            try {
                if (!services.retirements().await(instances, patience.drain())) {
                    services.retirements().hurry(instances, patience.calls());
                    if (!services.retirements().await(instances, patience.rest())) {
                        LOG.warn("Not every plugin ended in time; what is left of them ends with the process");
                    }
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Path home(@Nullable Path wanted) {
        try {
            if (wanted == null) {
                return Files.createTempDirectory("plugbay-");
            }
            return Files.createDirectories(wanted).toRealPath();
        } catch (IOException failure) {
            throw PlugbayException.of(
                            ErrorCode.UNAVAILABLE,
                            "The home folder " + (wanted == null ? "(temporary)" : wanted) + " cannot be made: "
                                    + failure.getMessage())
                    .remedy("Check that its parent exists and may be written, or name another folder.")
                    .build();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (Files.isDirectory(file) && !file.toFile().setWritable(true)) {
                    LOG.debug("{} stays read-only", file);
                }
            }
        } catch (IOException failure) {
            LOG.debug("{} cannot be read: {}", folder, failure.toString());
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            LOG.warn("The temporary home folder {} could not be removed: {}", folder, failure.toString());
        }
    }
}
