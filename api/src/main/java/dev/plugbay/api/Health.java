package dev.plugbay.api;

import java.util.List;

/**
 * How well a plugin does.
 *
 * @param level the level
 * @param reasons why, in sentences; empty for a healthy plugin that has nothing to say
 */
public record Health(Level level, List<String> reasons) {
    /** Levels, from best known to worst. */
    public enum Level {
        /** Not asked yet. */
        UNKNOWN,
        /** Does all that it is for. */
        HEALTHY,
        /** Does it, with less than it should have. */
        DEGRADED,
        /** Does not do what it is for. */
        UNHEALTHY,
        /** Does harm, or will soon. */
        CRITICAL;

        /** Whether this is worse than {@code other}; unknown counts as healthy. */
        public boolean worseThan(Level other) {
            Level mine = this == UNKNOWN ? HEALTHY : this;
            return mine.compareTo(other == UNKNOWN ? HEALTHY : other) > 0;
        }
    }

    /** Copies the reasons. */
    public Health {
        reasons = List.copyOf(reasons);
    }

    /** Not asked yet. */
    public static Health unknown() {
        return new Health(Level.UNKNOWN, List.of());
    }

    /** All is well. */
    public static Health healthy() {
        return new Health(Level.HEALTHY, List.of());
    }

    /** Works, with less than it should have. */
    public static Health degraded(String... reasons) {
        return new Health(Level.DEGRADED, List.of(reasons));
    }

    /** Does not do what it is for. */
    public static Health unhealthy(String... reasons) {
        return new Health(Level.UNHEALTHY, List.of(reasons));
    }

    /** Does harm, or will soon. */
    public static Health critical(String... reasons) {
        return new Health(Level.CRITICAL, List.of(reasons));
    }
}
