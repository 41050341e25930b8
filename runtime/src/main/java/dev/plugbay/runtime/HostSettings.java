package dev.plugbay.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a host behaves; the keys under {@code plugins} in the configuration file.
 *
 * @param folders where plugins are looked for, least specific first
 * @param allow ids or globs that may be loaded; empty for all
 * @param deny ids or globs that may not
 * @param autoload whether what is discovered is loaded
 * @param hotReload whether changes of files are acted on while the host runs
 * @param settle how long a file must be unchanged before it is read, 0 or more
 * @param poll time between full scans besides the watch
 * @param healthInterval time between health checks
 * @param hookTimeout how long a hook may take
 * @param drain how long ordinary calls may go on with an old generation before they are cancelled
 * @param handoverGap how long a generation may take to hand over to the next one, while callers wait
 * @param cancelGrace time between a cancellation and the interrupt
 * @param gcNudge least time between requested collections while verdicts are pending; zero for none
 * @param maxDraining draining generations of an instance before reloads wait
 * @param maxLeaked leaked generations of an instance before reloads are refused
 * @param plugins settings of single plugins, by id
 */
public record HostSettings(
        List<PluginFolder> folders,
        List<String> allow,
        List<String> deny,
        boolean autoload,
        boolean hotReload,
        Duration settle,
        Duration poll,
        Duration healthInterval,
        Duration hookTimeout,
        Duration drain,
        Duration handoverGap,
        Duration cancelGrace,
        Duration gcNudge,
        int maxDraining,
        int maxLeaked,
        Map<String, PluginSettings> plugins) {
    /** Copies collections and checks ranges. */
    public HostSettings {
        folders = List.copyOf(folders);
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        plugins = Map.copyOf(plugins);
        for (Duration duration :
                List.of(settle, poll, healthInterval, hookTimeout, drain, handoverGap, cancelGrace, gcNudge)) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("a duration must not be negative: " + duration);
            }
        }
        if (poll.isZero() || healthInterval.isZero() || hookTimeout.isZero() || handoverGap.isZero()) {
            throw new IllegalArgumentException(
                    "poll, healthInterval, hookTimeout and handoverGap must be longer than zero");
        }
        if (maxDraining < 1 || maxLeaked < 1) {
            throw new IllegalArgumentException("maxDraining and maxLeaked must be at least 1");
        }
    }

    /** What is set for a plugin. */
    public Optional<PluginSettings> plugin(String id) {
        return Optional.ofNullable(plugins.get(id));
    }

    /** What is set for one of its instances. */
    public Optional<InstanceSettings> instance(String id, String name) {
        return plugin(id).flatMap(set -> Optional.ofNullable(set.instances().get(name)));
    }

    /** The defaults. */
    public static HostSettings defaults() {
        return new Builder().build();
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.folders = folders;
        b.allow = allow;
        b.deny = deny;
        b.autoload = autoload;
        b.hotReload = hotReload;
        b.settle = settle;
        b.poll = poll;
        b.healthInterval = healthInterval;
        b.hookTimeout = hookTimeout;
        b.drain = drain;
        b.handoverGap = handoverGap;
        b.cancelGrace = cancelGrace;
        b.gcNudge = gcNudge;
        b.maxDraining = maxDraining;
        b.maxLeaked = maxLeaked;
        b.plugins = plugins;
        return b;
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds settings. */
    public static final class Builder {
        private List<PluginFolder> folders = List.of();
        private List<String> allow = List.of();
        private List<String> deny = List.of();
        private boolean autoload = true;
        private boolean hotReload = true;
        private Duration settle = Duration.ofMillis(500);
        private Duration poll = Duration.ofSeconds(30);
        private Duration healthInterval = Duration.ofSeconds(60);
        private Duration hookTimeout = Duration.ofSeconds(30);
        private Duration drain = Duration.ofSeconds(30);
        private Duration handoverGap = Duration.ofSeconds(10);
        private Duration cancelGrace = Duration.ofSeconds(1);
        private Duration gcNudge = Duration.ofSeconds(30);
        private int maxDraining = 4;
        private int maxLeaked = 3;
        private Map<String, PluginSettings> plugins = Map.of();

        private Builder() {}

        /** Sets where plugins are looked for, least specific first. */
        public Builder folders(List<PluginFolder> folders) {
            this.folders = folders;
            return this;
        }

        /** Sets ids or globs that may be loaded; empty for all. */
        public Builder allow(List<String> allow) {
            this.allow = allow;
            return this;
        }

        /** Sets ids or globs that may not. */
        public Builder deny(List<String> deny) {
            this.deny = deny;
            return this;
        }

        /** Sets whether what is discovered is loaded. */
        public Builder autoload(boolean autoload) {
            this.autoload = autoload;
            return this;
        }

        /** Sets whether changes of files are acted on while the host runs. */
        public Builder hotReload(boolean hotReload) {
            this.hotReload = hotReload;
            return this;
        }

        /** Sets how long a file must be unchanged before it is read, 0 or more. */
        public Builder settle(Duration settle) {
            this.settle = settle;
            return this;
        }

        /** Sets time between full scans besides the watch. */
        public Builder poll(Duration poll) {
            this.poll = poll;
            return this;
        }

        /** Sets time between health checks. */
        public Builder healthInterval(Duration healthInterval) {
            this.healthInterval = healthInterval;
            return this;
        }

        /** Sets how long a hook may take. */
        public Builder hookTimeout(Duration hookTimeout) {
            this.hookTimeout = hookTimeout;
            return this;
        }

        /** Sets how long ordinary calls may go on with an old generation before they are cancelled. */
        public Builder drain(Duration drain) {
            this.drain = drain;
            return this;
        }

        /** Sets how long a generation may take to hand over to the next one, while callers wait. */
        public Builder handoverGap(Duration handoverGap) {
            this.handoverGap = handoverGap;
            return this;
        }

        /** Sets time between a cancellation and the interrupt. */
        public Builder cancelGrace(Duration cancelGrace) {
            this.cancelGrace = cancelGrace;
            return this;
        }

        /** Sets least time between requested collections while verdicts are pending; zero for none. */
        public Builder gcNudge(Duration gcNudge) {
            this.gcNudge = gcNudge;
            return this;
        }

        /** Sets draining generations of an instance before reloads wait. */
        public Builder maxDraining(int maxDraining) {
            this.maxDraining = maxDraining;
            return this;
        }

        /** Sets leaked generations of an instance before reloads are refused. */
        public Builder maxLeaked(int maxLeaked) {
            this.maxLeaked = maxLeaked;
            return this;
        }

        /** Sets settings of single plugins, by id. */
        public Builder plugins(Map<String, PluginSettings> plugins) {
            this.plugins = plugins;
            return this;
        }

        /** The settings. */
        public HostSettings build() {
            return new HostSettings(
                    folders,
                    allow,
                    deny,
                    autoload,
                    hotReload,
                    settle,
                    poll,
                    healthInterval,
                    hookTimeout,
                    drain,
                    handoverGap,
                    cancelGrace,
                    gcNudge,
                    maxDraining,
                    maxLeaked,
                    plugins);
        }
    }
}
