package dev.plugbay.runtime;

/** The settings in force: replaced as a whole, read by anybody, hence one volatile field. */
final class SettingsInForce {
    private volatile HostSettings now;

    SettingsInForce(HostSettings initial) {
        this.now = initial;
    }

    HostSettings get() {
        return now;
    }

    void set(HostSettings next) {
        now = next;
    }
}
