package dev.plugbay.daemon;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last log lines of each plugin in memory: those that carry the key {@code plugin}.
 *
 * <p>Shared by every thread that logs and by requests. Each plugin has a ring, guarded by its own monitor; a follower has a bounded queue and loses
 * lines rather than hold up a logger.
 */
final class LogTail extends AppenderBase<ILoggingEvent> {
    /** The most lines that are kept of a plugin. */
    static final int KEPT = 1000;

    private static final int QUEUE = 1000;
    private static final int LONGEST = 8 * 1024;
    private static final int MOST_PLUGINS = 1000;

    private final Map<String, Ring> rings = new ConcurrentHashMap<>();
    private final Redactor redactor;

    LogTail(Redactor redactor) {
        this.redactor = redactor;
        setName("tail");
    }

    /**
     * A line.
     *
     * @param at when
     * @param level such as {@code INFO}
     * @param logger the logger's name
     * @param instance the instance that logged, or that it is about
     * @param generation its generation
     * @param trace the trace id of the request that it belongs to
     * @param message what was said
     * @param data further key-value pairs
     * @param error the stack trace of what was logged with it
     */
    record Line(
            Instant at,
            String level,
            String logger,
            Optional<String> instance,
            OptionalInt generation,
            Optional<String> trace,
            String message,
            Map<String, String> data,
            Optional<String> error) {}

    /** The last lines of a plugin, oldest first. */
    List<Line> last(String plugin, int lines) {
        Ring ring = rings.get(plugin);
        return ring == null ? List.of() : ring.last(lines);
    }

    /** The last lines of a plugin, and a queue that gets each further one until {@link Following#close}. */
    Following follow(String plugin, int lines) {
        return ring(plugin).follow(lines);
    }

    /** Forgets a plugin's lines. */
    void forget(String plugin) {
        rings.remove(plugin);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getKeyValuePairs() == null) {
            return;
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        event.getKeyValuePairs().forEach(pair -> pairs.put(pair.key, cut(String.valueOf(pair.value))));
        String plugin = pairs.remove("plugin");
        if (plugin != null && (rings.containsKey(plugin) || rings.size() < MOST_PLUGINS)) {
            ring(plugin).add(line(event, pairs));
        }
    }

    private Line line(ILoggingEvent event, Map<String, String> pairs) {
        Optional<String> instance = Optional.ofNullable(pairs.remove("instance"));
        Optional<String> trace = Optional.ofNullable(pairs.remove("trace")).filter(value -> !value.isBlank());
        OptionalInt generation = generation(pairs.remove("generation"));
        Optional<String> error = Optional.ofNullable(event.getThrowableProxy())
                .map(thrown -> cut(redactor.redact(ThrowableProxyUtil.asString(thrown))));
        pairs.replaceAll((key, value) -> redactor.redact(value));
        return new Line(
                event.getInstant() == null ? Instant.ofEpochMilli(event.getTimeStamp()) : event.getInstant(),
                event.getLevel().toString(),
                event.getLoggerName(),
                instance,
                generation,
                trace,
                cut(redactor.redact(event.getFormattedMessage())),
                pairs,
                error);
    }

    private static OptionalInt generation(@Nullable String text) {
        try {
            return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private Ring ring(String plugin) {
        return rings.computeIfAbsent(plugin, id -> new Ring());
    }

    /** Lines so far, and those to come. */
    static final class Following implements AutoCloseable {
        private final Ring ring;
        private final List<Line> before;
        private final BlockingQueue<Line> next = new LinkedBlockingQueue<>(QUEUE);

        private Following(Ring ring, List<Line> before) {
            this.ring = ring;
            this.before = before;
        }

        /** Lines so far, oldest first. */
        List<Line> before() {
            return before;
        }

        /** Lines to come. */
        BlockingQueue<Line> next() {
            return next;
        }

        @Override
        public void close() {
            ring.followers.remove(this);
        }
    }

    private static final class Ring {
        private final Deque<Line> lines = new ArrayDeque<>();
        private final List<Following> followers = new CopyOnWriteArrayList<>();

        synchronized void add(Line line) {
            if (lines.size() == KEPT) {
                lines.removeFirst();
            }
            lines.addLast(line);
            followers.forEach(follower -> follower.next.offer(line));
        }

        synchronized List<Line> last(int count) {
            List<Line> all = new ArrayList<>(lines);
            return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
        }

        synchronized Following follow(int count) {
            Following following = new Following(this, last(count));
            followers.add(following);
            return following;
        }
    }
}
