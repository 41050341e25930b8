package dev.plugbay.runtime;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What the parts of one host share. Wired once by {@link RuntimeHost}.
 *
 * @param nonce tells this host's loaders and threads from those of other hosts in the process
 * @param home the home folder
 * @param settings the settings in force
 * @param store what lasts
 * @param artifacts the artifact store
 * @param apis what the host exports
 * @param configs configurations
 * @param guard the way into plugins
 * @param handles makes handles
 * @param hooks runs hooks
 * @param timers triggers timers; runs no plugin code
 * @param events passes events on
 * @param verdicts watches unloaded generations
 * @param retirements generations that are ending
 * @param states the states that instances leave
 * @param handovers held by the one that keeps a door closed
 * @param clock the clock
 */
record HostServices(
        String nonce,
        Path home,
        Supplier<HostSettings> settings,
        HostStore store,
        ArtifactStore artifacts,
        ApiCatalog apis,
        Configs configs,
        CallGuard guard,
        HandleFactory handles,
        HookThreads hooks,
        ScheduledExecutorService timers,
        EventHub events,
        VerdictWatch verdicts,
        Retirements retirements,
        States states,
        Semaphore handovers,
        Clock clock) {}
