package dev.plugbay.daemon;

import java.util.List;
import java.util.Locale;

/**
 * A key of the configuration.
 *
 * @param path where it is in {@code plugbay.yaml}, such as {@code plugins.hotReload}
 * @param kind what its value is
 * @param standard its default, as the documentation shows it
 */
record Key(String path, Kind kind, String standard) {
    static final Key LISTEN = new Key("listen", Kind.TEXT, "127.0.0.1:7420");
    static final Key STOP_WITHIN = new Key("stopWithin", Kind.DURATION, "15s");
    static final Key EXPORTS_ALLOW = new Key("exports.allow", Kind.PATHS, "[]");
    static final Key ENABLED = new Key("plugins.enabled", Kind.SWITCH, "true");
    static final Key FOLDERS = new Key("plugins.folders", Kind.PATHS, "see below");
    static final Key ALLOW = new Key("plugins.allow", Kind.LIST, "[]");
    static final Key DENY = new Key("plugins.deny", Kind.LIST, "[]");
    static final Key AUTOLOAD = new Key("plugins.autoload", Kind.SWITCH, "true");
    static final Key HOT_RELOAD = new Key("plugins.hotReload", Kind.SWITCH, "true");
    static final Key SETTLE = new Key("plugins.settle", Kind.DURATION, "500ms");
    static final Key POLL = new Key("plugins.poll", Kind.DURATION, "30s");
    static final Key HEALTH_INTERVAL = new Key("plugins.healthInterval", Kind.DURATION, "60s");
    static final Key HOOK_TIMEOUT = new Key("plugins.hookTimeout", Kind.DURATION, "30s");
    static final Key DRAIN = new Key("plugins.drain", Kind.DURATION, "30s");
    static final Key HANDOVER_GAP = new Key("plugins.handoverGap", Kind.DURATION, "10s");
    static final Key CANCEL_GRACE = new Key("plugins.cancelGrace", Kind.DURATION, "1s");
    static final Key GC_NUDGE = new Key("plugins.gcNudge", Kind.DURATION, "30s");
    static final Key MAX_DRAINING = new Key("plugins.maxDraining", Kind.COUNT, "4");
    static final Key MAX_LEAKED = new Key("plugins.maxLeaked", Kind.COUNT, "3");
    static final Key ISOLATION = new Key("plugins.isolation", Kind.TEXT, "in-process");
    static final Key SETTINGS = new Key("plugins.settings", Kind.TREE, "{}");

    /** Every key that is known. */
    static final List<Key> ALL = List.of(
            LISTEN,
            STOP_WITHIN,
            EXPORTS_ALLOW,
            ENABLED,
            FOLDERS,
            ALLOW,
            DENY,
            AUTOLOAD,
            HOT_RELOAD,
            SETTLE,
            POLL,
            HEALTH_INTERVAL,
            HOOK_TIMEOUT,
            DRAIN,
            HANDOVER_GAP,
            CANCEL_GRACE,
            GC_NUDGE,
            MAX_DRAINING,
            MAX_LEAKED,
            ISOLATION,
            SETTINGS);

    /** The environment variable that sets it: {@code PLUGBAY_PLUGINS_HOT_RELOAD}. */
    String variable() {
        return "PLUGBAY_"
                + path.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** Its pointer in the file: {@code /plugins/hotReload}. */
    String pointer() {
        return "/" + path.replace('.', '/');
    }

    /** What a value is. */
    enum Kind {
        /** Text. */
        TEXT,
        /** {@code true} or {@code false}. */
        SWITCH,
        /** Such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}. */
        DURATION,
        /** A whole number, 1 or more. */
        COUNT,
        /** A list of texts; in a variable separated by commas. */
        LIST,
        /** A list of folders; in a variable separated by colons. */
        PATHS,
        /** A tree; in a variable as JSON or YAML. */
        TREE
    }
}
