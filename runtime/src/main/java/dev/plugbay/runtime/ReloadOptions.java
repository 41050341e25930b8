package dev.plugbay.runtime;

/**
 * How to reload.
 *
 * @param cancelRunning whether calls that run on the old generation are cancelled instead of waited for
 */
public record ReloadOptions(boolean cancelRunning) {
    /** Lets running calls end. */
    public static ReloadOptions gentle() {
        return new ReloadOptions(false);
    }
}
