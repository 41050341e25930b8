package dev.plugbay.daemon;

import dev.plugbay.runtime.PluginHost;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** What the daemon does with virtual machines: providers, exports and their jobs, wired by hand. */
final class Cloud implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    /** A guest may take minutes to shut down. The command waits a little longer than this. */
    private static final Duration POWER_TIMEOUT = Duration.ofMinutes(4);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration RECOVERY_PATIENCE = Duration.ofSeconds(10);

    private final Jobs jobs;
    private final List<Routes> routes;

    private Cloud(Jobs jobs, List<Routes> routes) {
        this.jobs = jobs;
        this.routes = routes;
    }

    /**
     * Clears up after an earlier run of the host and takes jobs from now on.
     *
     * @param host may still be starting
     * @param home the home folder, which exports keep out of
     * @param allow the roots that targets of exports must lie in, as they are set now; empty for anywhere
     */
    static Cloud start(
            PluginHost host,
            Path home,
            Database database,
            EventHub events,
            Requests requests,
            Json json,
            Supplier<List<Path>> allow) {
        Clock clock = Clock.systemUTC();
        JobStore store = new JobStore(database, json);
        int atOnce = 2 * Runtime.getRuntime().availableProcessors();
        Jobs jobs = new Jobs(store, events::publish, json, clock, atOnce, CLOSE_LIMIT);
        Providers providers = new Providers(host);
        ProviderCalls calls = new ProviderCalls(host, CALL_TIMEOUT);
        VmDirectory directory = new VmDirectory(providers, calls);
        VmNames names = new VmNames(providers, calls);
        AtomicRename renames = AtomicRename.ofSystem();
        ExportRecovery recovery = new ExportRecovery(store, renames, RECOVERY_PATIENCE);
        Exports exports = new Exports(
                host, home, names, calls, jobs, store, new JobIds(clock), json, renames, recovery::isSweeping, allow);
        jobs.recover(recovery::look);
        recovery.sweep();
        return new Cloud(
                jobs,
                List.of(
                        new ProviderRoutes(host, providers, calls, directory, requests),
                        new PowerRoutes(host, providers, new ProviderCalls(host, POWER_TIMEOUT), directory, requests),
                        new JobRoutes(exports, jobs, requests)));
    }

    /** Its part of the REST interface. */
    List<Routes> routes() {
        return routes;
    }

    /** Ends the jobs that run, and clears up after them. To be closed before the host, whose plugins they use. */
    @Override
    public void close() {
        jobs.close();
    }

    /** The same, and waits so long at most. */
    void close(Duration limit) {
        jobs.close(limit);
    }
}
