package dev.plugbay.runtime;

/** Commands that remedies name, for the default instance and for others. */
final class Remedies {
    private Remedies() {}

    /** Does something to an instance: {@code plugbay plugins VERB ...}. */
    static String plugins(String verb, String plugin, String instance) {
        return "plugbay plugins " + verb + " " + plugin + (instance.equals(plugin) ? "" : " --instance " + instance);
    }

    /** Shows an instance. */
    static String show(String plugin, String instance) {
        return instance.equals(plugin)
                ? "plugbay plugins show " + plugin
                : "plugbay instances show " + plugin + " " + instance;
    }
}
