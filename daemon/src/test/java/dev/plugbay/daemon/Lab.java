package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.HostEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Exports with a real database and real files, over a few providers. */
final class Lab implements AutoCloseable {
    final Path home;
    final Path target;
    final Database database;
    final Json json = new Json(new Redactor());
    final JobStore store;
    final Jobs jobs;
    final Exports exports;
    final List<HostEvent> events = new CopyOnWriteArrayList<>();
    List<Path> allow = List.of();
    ExportRecovery recovery;

    private Lab(Path folder, FakeHost host, int atOnce, int busyMillis) {
        home = folder.resolve("home");
        target = folder.resolve("out");
        make(home);
        make(target);
        database = Database.open(home.resolve("plugbay.db"), busyMillis);
        store = new JobStore(database, json);
        jobs = new Jobs(store, events::add, json, Clock.systemUTC(), atOnce, Duration.ofSeconds(10));
        Providers providers = new Providers(host.host());
        ProviderCalls calls = new ProviderCalls(host.host(), Duration.ofSeconds(5));
        exports = new Exports(
                host.host(),
                home,
                new VmNames(providers, calls),
                calls,
                jobs,
                store,
                new JobIds(Clock.systemUTC()),
                json,
                AtomicRename.ofSystem(),
                target -> recovery.isSweeping(target),
                () -> allow);
        recovery = new ExportRecovery(store, AtomicRename.ofSystem(), Duration.ofSeconds(20));
        jobs.recover(recovery::look);
        recovery.sweep();
    }

    /** A lab with one provider. */
    static Lab open(Path folder) {
        return open(folder, 4);
    }

    static Lab open(Path folder, int atOnce) {
        return open(folder, atOnce, 10_000);
    }

    /** One whose database is given up so soon when another program holds it. */
    static Lab impatient(Path folder) {
        return open(folder, 4, 100);
    }

    private static Lab open(Path folder, int atOnce, int busyMillis) {
        FakeHost host = new FakeHost(folder.resolve("home")).with("lab", new LabProvider());
        return new Lab(folder, host, atOnce, busyMillis);
    }

    Job export(String vm, Object... more) {
        return export(target, vm, more);
    }

    Job export(Path to, String vm, Object... more) {
        Map<String, Object> body = new HashMap<>(Map.of("vm", vm, "target", to.toString()));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return exports.submit(ExportRequest.of(body), CallOptions.by("test"));
    }

    /** Waits until a job is over. */
    Job ended(Job job) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> jobs.get(job.id()).state().ended());
        return jobs.get(job.id());
    }

    /** Waits until a job has written and reported something. */
    void running(Job job) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> jobs.get(job.id()).progress() > 0);
    }

    Job succeeded(Job job) {
        Job ended = ended(job);
        assertThat(ended.state()).as("%s", ended).isEqualTo(JobState.SUCCEEDED);
        return ended;
    }

    /** The code of the problem that a job failed with. */
    String failed(Job job) {
        Job ended = ended(job);
        assertThat(ended.state()).as("%s", ended).isEqualTo(JobState.FAILED);
        return String.valueOf(ended.problem().orElseThrow().get("code"));
    }

    List<String> left() {
        return names(target);
    }

    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        jobs.close();
        database.close();
    }
}
