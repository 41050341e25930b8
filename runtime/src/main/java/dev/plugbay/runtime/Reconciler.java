package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what runs in line with what lies in the folders and was installed: looks, chooses, and tells each plugin what won. A plugin's own
 * operations then happen on its own queue, so that one whose hook hangs keeps none of the others waiting.
 *
 * <p>Shared: scans and ingests are tasks of one {@link SerialQueue}; they alone write {@code view}, and they alone sweep the artifact store, so
 * nothing that was just ingested is swept. Anybody reads {@code view}.
 */
final class Reconciler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /** What a scan does about what it finds. */
    enum Act {
        /** Begins what is to be done, and does not wait for it. */
        BEGIN,
        /** Waits for files that may still be written, for a few settle times, and for what it began. */
        FINISH,
        /** Waits for files, and does nothing. */
        LOOK
    }

    private static final int LOOKS = 8;
    private static final Duration PAUSE_AT_MOST = Duration.ofSeconds(2);

    private final HostServices services;
    private final Registry registry;
    private final DesiredState desired;
    private final Admission admission;
    private final Instances instances;
    private final Discovery discovery = new Discovery();
    private final Winners artifacts;
    private final SerialQueue scans = SerialQueue.ofOperations(Thread::startVirtualThread);
    private final Requested soon = new Requested("A scan", scans, this::scanUnasked);
    private final Pins pins = new Pins(this::soon);
    private final Offers offers;
    private volatile Findings view = Findings.none();
    private volatile boolean closed;
    private final Watching watching = new Watching(this::soon);

    /** What a scan began, and when another can say more. */
    private record Scan(List<CompletableFuture<?>> operations, Optional<Instant> lookAgain) {}

    Reconciler(
            HostServices services,
            Registry registry,
            DesiredState desired,
            Admission admission,
            Isolations isolations) {
        this.services = services;
        this.registry = registry;
        this.desired = desired;
        this.admission = admission;
        this.instances = new Instances(services, registry, desired, admission, isolations, this::somethingEnded);
        this.artifacts = new Winners(services, registry, desired, discovery);
        this.offers = new Offers(services, registry, desired, instances, pins, () -> view, this::soon);
    }

    /** Scans for the first time, brings plugins up, and begins to watch. */
    void start() {
        scan(Act.FINISH);
        watching.adapt(services.settings().get());
    }

    /** Looks now, acts, and answers with every candidate and what came of it. */
    List<Candidate> scan(Act act) {
        boolean acts = act != Act.LOOK;
        Scan scan = await(() -> reconcile(acts));
        if (act != Act.BEGIN) {
            for (int look = 1; look < LOOKS && scan.lookAgain().isPresent() && !closed; look++) {
                pauseUntil(scan.lookAgain().get());
                scan = await(() -> reconcile(acts));
            }
            scan.operations()
                    .forEach(operation ->
                            operation.handle((done, shownAsProblem) -> true).join());
        }
        return view.candidates();
    }

    /** Why the newest candidate of an id cannot be used, if it cannot. */
    Optional<PlugbayException> problem(String id) {
        return view.problem(id);
    }

    /** The artifact that won for an id. */
    Optional<Artifact> winner(String id) {
        return view.winner(id);
    }

    /** The candidates of an id. */
    List<Candidate> candidates(String id) {
        return view.candidates(id);
    }

    /** The plugin of an id, known from now on. */
    ManagedPlugin plugin(String id) {
        return instances.plugin(id);
    }

    /** The plugins' instances. */
    Instances instances() {
        return instances;
    }

    /** Puts a file into the store, where it stays at least until the result is closed. */
    Pins.Pinned ingest(Path file) {
        return await(() -> pins.pin(services.artifacts().ingest(file)));
    }

    /** Looks now without acting, and answers with what should run, which is not swept until the result is closed. */
    Optional<Pins.Pinned> look(String id) {
        scan(Act.LOOK);
        return await(() -> winner(id).map(pins::pin));
    }

    /**
     * Removes files between two scans, so that none offers again what it saw before.
     *
     * @param wholly whether nothing of this id is left
     */
    void forget(String id, List<Path> files, boolean wholly, Runnable removal) {
        await(() -> {
            removal.run();
            files.forEach(discovery::forget);
            if (wholly) {
                view = view.without(id);
            }
            return id;
        });
    }

    /** Fails unless the operator lets this id be loaded. */
    void requireAllowed(String id) {
        admission.requireAllowed(id, services.settings().get());
    }

    void settingsChanged() {
        watching.adapt(services.settings().get());
        instances.settingsChanged();
        scan(Act.BEGIN);
    }

    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        watching.close();
    }

    /** A generation was published or has ended: files may now be acted on that waited for it, and plugins started that need it. */
    private void somethingEnded() {
        soon();
        registry.instances().forEach(Instance::tryAgain);
    }

    private void soon() {
        if (!closed) {
            soon.request();
        }
    }

    private void scanUnasked() {
        try {
            boolean act = services.settings().get().hotReload();
            reconcile(act).lookAgain().ifPresent(watching::lookAgainAt);
        } catch (RuntimeException failure) {
            LOG.error("A scan failed: {}", Stacks.text(failure));
        }
    }

    private void pauseUntil(Instant when) {
        long nanos = Math.min(Duration.between(Instant.now(), when).toNanos(), PAUSE_AT_MOST.toNanos());
        if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    // --- within a scan ---------------------------------------------------------------------------------------------

    private Scan reconcile(boolean act) {
        HostSettings settings = services.settings().get();
        Map<String, Integer> decisions = offers.decisions();
        List<Sighting> sightings = discovery.scan(settings.folders(), settings.settle());
        Map<String, Artifact> winners = new TreeMap<>();
        UnusableArtifacts unusable = new UnusableArtifacts();
        Selection.Result result = select(sightings, unusable);
        if (artifacts.fetch(result, view.winners(), winners, new UnusableArtifacts())) {
            result = select(discovery.scan(settings.folders(), settings.settle()), unusable);
            winners.clear();
            artifacts.fetch(result, view.winners(), winners, unusable);
        }
        unusable.warn(view.problems().keySet());
        List<Candidate> candidates =
                unusable.in(result.candidates(), winners.keySet(), desired.installed(), services.artifacts()::folder);
        Map<String, PlugbayException> problems = new HashMap<>();
        result.choices()
                .values()
                .forEach(choice -> choice.problem().ifPresent(problem -> problems.put(choice.id(), problem)));
        unusable.problems().forEach(problems::putIfAbsent);
        Findings before = view;
        view = new Findings(Map.copyOf(winners), Map.copyOf(problems), candidates);
        tell(view.discoveredSince(before));
        unusable.problems().keySet().forEach(this::plugin); // known, so that what is wrong can be shown
        List<CompletableFuture<?>> operations =
                act && !closed ? offers.make(result, winners, settings, decisions) : List.of();
        sweep();
        return new Scan(
                operations,
                sightings.stream()
                        .flatMap(sighting -> sighting.lookAgain().stream())
                        .min(Instant::compareTo));
    }

    private void sweep() {
        if (closed) {
            return; // the home may be another host's by now
        }
        try {
            services.artifacts().sweep(inUse());
        } catch (PlugbayException failure) { // what is too much in the store harms nobody
            LOG.warn("{}", failure.detail());
        }
    }

    private Selection.Result select(List<Sighting> sightings, UnusableArtifacts unusable) {
        return Selection.select(
                sightings, artifacts.installed(view.winners(), unusable), artifacts.running(), this::held);
    }

    private Optional<String> held(String id) {
        HostSettings settings = services.settings().get();
        return Globs.held(id, settings.allow(), settings.deny());
    }

    private void tell(List<Candidate> discovered) {
        for (Candidate candidate : discovered) {
            services.events()
                    .publish(RuntimeHost.event(
                            services,
                            "plugin.discovered",
                            candidate.id().orElseThrow(),
                            Map.of(
                                    "path", candidate.path().toString(),
                                    "outcome", candidate.outcome().name())));
        }
    }

    private Set<String> inUse() {
        Set<String> inUse = new HashSet<>(pins.hashes());
        inUse.addAll(desired.installed().values());
        view.winners().values().forEach(artifact -> inUse.add(artifact.sha256()));
        registry.all().forEach(plugin -> inUse.addAll(plugin.artifactsInUse()));
        inUse.addAll(services.retirements().artifacts());
        return inUse;
    }

    private <T> T await(Supplier<T> task) {
        if (HookThreads.here()) {
            throw PlugbayException.of(ErrorCode.BUSY, "A plugin's hook asked for a scan and would wait for it.")
                    .retryable(false)
                    .remedy("Ask from another thread, and do not wait for it in the hook.")
                    .build();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        scans.execute(
                () -> {
                    try {
                        result.complete(task.get());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                noThread -> result.completeExceptionally(
                        NoThread.failure("A scan", noThread).build()));
        try {
            return result.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PlugbayException known) {
                throw known;
            }
            throw failure;
        }
    }
}
