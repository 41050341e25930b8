package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.HostEvent;
import dev.plugbay.runtime.Problem;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings in force. A reading that fails, or that the host refuses, leaves them as they were and is kept as the problem.
 *
 * <p>Shared by the watcher, which is the only one that reads again, and by every request. State is one volatile reference to an
 * immutable record, so nobody sees settings and problem of different readings.
 */
final class Configuration {
    private static final Logger LOG = LoggerFactory.getLogger(Configuration.class);

    private final SettingsReader reader;
    private final EventHub events;
    private final Clock clock;
    private final Settings first;
    private volatile State state;

    /**
     * Reads the settings for the first time.
     *
     * @throws PlugbayException as {@link SettingsReader#read}
     */
    Configuration(SettingsReader reader, EventHub events, Clock clock) {
        this.reader = reader;
        this.events = events;
        this.clock = clock;
        this.first = reader.read();
        this.state = new State(first, Optional.empty());
    }

    /** What is in force, and why the file is not, if it is not. */
    record State(Settings settings, Optional<Problem> problem) {}

    /** What is in force now. */
    Settings current() {
        return state.settings();
    }

    /** Why the file as it is now is not in force. */
    Optional<Problem> problem() {
        return state.problem();
    }

    /** Reads again and has {@code apply} put what changed in force. */
    synchronized void reread(Consumer<Settings> apply) {
        Settings old = state.settings();
        try {
            Settings read = reader.read();
            Settings now = new Settings(
                    first.listenHost(), first.listenPort(), read.stopWithin(), read.exportsAllow(), read.host());
            if (!now.equals(old)) {
                apply.accept(now);
                LOG.info("plugbay.yaml was read again and is in force");
                events.publish(event(Map.of("file", "plugbay.yaml")));
            }
            state = new State(now, restart(read));
        } catch (PlugbayException e) {
            Problem problem = Problem.of(e);
            if (!Optional.of(problem).equals(state.problem())) {
                LOG.warn("plugbay.yaml was changed, but is not in force: {}", e.detail());
                events.publish(event(Map.of("file", "plugbay.yaml", "problem", Problems.document(problem))));
            }
            state = new State(old, Optional.of(problem));
        }
    }

    private Optional<Problem> restart(Settings read) {
        if (read.listenHost().equals(first.listenHost()) && read.listenPort() == first.listenPort()) {
            return Optional.empty();
        }
        return Optional.of(Problems.of(
                ErrorCode.UNSUPPORTED,
                "plugbay.yaml has another \"listen\" than this daemon was started with.",
                "Restart the daemon to serve there."));
    }

    private HostEvent event(Map<String, Object> data) {
        return new HostEvent(
                "config.changed",
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                new LinkedHashMap<>(data));
    }
}
