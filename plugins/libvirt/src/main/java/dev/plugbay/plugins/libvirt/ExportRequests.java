package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;

/** What exports ask of libvirt. Each question is asked anew, on whatever connection there is then. */
final class ExportRequests {
    private static final int INACTIVE = 2;
    private static final Duration LEAST = Duration.ofSeconds(1);

    private final Lines lines;
    private final String uri;
    private final Duration patience;

    /** When there is no time left, by {@link System#nanoTime}, if there is an end to it. */
    private final OptionalLong end;

    ExportRequests(Lines lines, String uri, Duration patience) {
        this(lines, uri, patience, OptionalLong.empty());
    }

    private ExportRequests(Lines lines, String uri, Duration patience, OptionalLong end) {
        this.lines = lines;
        this.uri = uri;
        this.patience = patience;
        this.end = end;
    }

    /** The same, of which no question takes longer than until then, by {@link System#nanoTime}; one that is asked when hardly any time is left has a second. */
    ExportRequests until(long end) {
        return new ExportRequests(lines, uri, patience, OptionalLong.of(end));
    }

    private Duration within(Duration limit) {
        if (end.isEmpty()) {
            return limit;
        }
        Duration left = Duration.ofNanos(end.getAsLong() - System.nanoTime());
        Duration most = left.compareTo(LEAST) > 0 ? left : LEAST;
        return limit.compareTo(most) < 0 ? limit : most;
    }

    /** How long one question may take. */
    Duration patience() {
        return patience;
    }

    /** How long it is tried to end a job: as long as libvirt takes to come back from a restart, and longer. */
    Duration endTime() {
        return patience.multipliedBy(4);
    }

    /** Which libvirt it is. */
    String uri() {
        return uri;
    }

    /**
     * A domain as it is now.
     *
     * @param uuid its id
     * @param running whether it runs, be it paused
     * @param now its description as it runs; the same as {@code next} when it does not
     * @param live the text of {@code now}
     * @param next its description as it would be started
     */
    record Described(String uuid, boolean running, Xml now, String live, String next) {
        String name() {
            return now.text("name").orElse(uuid);
        }
    }

    /**
     * A domain.
     *
     * @throws PluginException {@link ErrorCode#NOT_FOUND}
     */
    Described describe(String id) {
        return of(lines.libvirt(), "describe the machine", patience, id, (calls, domain) -> {
            boolean running = !domain.state().off();
            String live = domain.xml(0);
            return new Described(id, running, Xml.parse(live), live, domain.xml(INACTIVE));
        });
    }

    /** How many bytes the file or device of a disk has, as libvirt sees it. */
    long physical(String id, String disk) {
        return of(
                lines.libvirt(),
                "tell how large disk " + disk + " is",
                patience,
                id,
                (calls, domain) -> calls.physical(domain, disk));
    }

    /** Whether it runs, be it paused; not if it is gone. */
    boolean running(String id) {
        return lines.libvirt()
                .ask(
                        "tell whether the machine runs",
                        within(patience),
                        session -> session.find(id)
                                .map(domain -> !domain.state().off())
                                .orElse(false));
    }

    /** Begins a backup job. */
    void begin(String id, String xml) {
        of(lines.machines(), "begin a backup", machineTime(), id, (calls, domain) -> {
            calls.begin(domain, xml);
            return xml;
        });
    }

    /** The backup job that is under way, in XML; none if the domain is off or gone. */
    Optional<String> backup(String id) {
        return lines.libvirt()
                .ask(
                        "tell whether a backup is under way",
                        within(patience),
                        session -> session.find(id).flatMap(domain -> new BackupCalls(session).current(domain)));
    }

    /** Ends the backup job that is under way. */
    void abort(String id) {
        of(lines.machines(), "end the backup", machineTime(), id, (calls, domain) -> {
            calls.abort(domain);
            return id;
        });
    }

    /** Longer than the 30 s that libvirt itself waits for another question to the machine to end, unless {@code callTimeout} was made shorter. */
    private Duration machineTime() {
        return patience.multipliedBy(3);
    }

    /** Why the guest's agent answers nothing, if so. */
    Optional<String> silence(String id) {
        return of(lines.machines(), "ask the guest's agent", machineTime(), id, BackupCalls::silence);
    }

    /** Freezes the guest's file systems; how many. */
    int freeze(String id) {
        return of(lines.machines(), "freeze the guest's file systems", machineTime(), id, BackupCalls::freeze);
    }

    /** Thaws them. */
    void thaw(String id) {
        of(lines.machines(), "thaw the guest's file systems", machineTime(), id, (calls, domain) -> {
            calls.thaw(domain);
            return id;
        });
    }

    private <T> T of(
            Requests requests, String what, Duration limit, String id, BiFunction<BackupCalls, Domain, T> work) {
        return requests.ask(
                what,
                within(limit),
                session -> work.apply(
                        new BackupCalls(session),
                        session.find(id)
                                .orElseThrow(() -> new PluginException(
                                        ErrorCode.NOT_FOUND, "there is no machine \"" + id + "\" at " + uri))));
    }
}
