package dev.plugbay.plugins.libvirt;

import dev.plugbay.cloud.PowerState;

/**
 * A domain's state.
 *
 * @param power in words that all providers share
 * @param word in libvirt's own, as virsh has them
 * @param sleeps whether it has to be woken rather than resumed
 */
record DomainState(PowerState power, String word, boolean sleeps) {
    private static final String CRASHED = "crashed";

    /** Its memory was saved to a file: the next start goes on from there. */
    static final DomainState SAVED = new DomainState(PowerState.SUSPENDED, "saved", false);

    /** It crashed, and its QEMU is kept for somebody to look at ({@code on_crash} preserve): it is not off before it is stopped. */
    static final DomainState HELD = new DomainState(PowerState.PAUSED, CRASHED, false);

    private static final int REASON_STARTING_UP = 11;

    /** From {@code virDomainState} and the reason with it. */
    static DomainState of(int state, int reason) {
        return switch (state) {
            case 1 -> new DomainState(PowerState.RUNNING, "running", false);
            case 2 -> new DomainState(PowerState.RUNNING, "idle", false);
            case 3 ->
                new DomainState(
                        reason == REASON_STARTING_UP ? PowerState.STARTING : PowerState.PAUSED, "paused", false);
            case 4 -> new DomainState(PowerState.STOPPING, "in shutdown", false);
            case 5 -> new DomainState(PowerState.STOPPED, "shut off", false);
            case 6 -> new DomainState(PowerState.STOPPED, CRASHED, false);
            case 7 -> new DomainState(PowerState.PAUSED, "pmsuspended", true);
            default -> new DomainState(PowerState.UNKNOWN, "no state", false);
        };
    }

    boolean crashed() {
        return word.equals(CRASHED);
    }

    /** Whether it has ended. */
    boolean off() {
        return off(power);
    }

    /** Whether a machine that is told as that has ended. */
    static boolean off(PowerState power) {
        return power == PowerState.STOPPED || power == PowerState.SUSPENDED;
    }
}
