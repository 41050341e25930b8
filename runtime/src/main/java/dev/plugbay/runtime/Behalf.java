package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a call is made: the call that it is made in, if that has not ended, and the generation whose own thread or hook makes it. What that call was
 * itself made on behalf of follows through {@link ActiveCall#behalf}. A call that has ended is left out when the next link is made, so a plugin whose tasks
 * submit tasks for ever makes no chain that grows. Immutable.
 *
 * @param call the call that it is made in
 * @param own the generation whose own work it is
 */
record Behalf(@Nullable ActiveCall call, @Nullable OwnWork own) {
    /** The host's own. */
    static final Behalf NOBODY = new Behalf(null, null);

    /** What is made in {@code call}. */
    static Behalf of(ActiveCall call) {
        ActiveCall last = call;
        while (!last.inside()) {
            Behalf before = last.behalf();
            if (before.call() == null) {
                return before;
            }
            last = before.call();
        }
        return new Behalf(last, null);
    }

    /** What is made by a thread to which {@code context} is bound. */
    static Behalf of(@Nullable CallContext context) {
        return CallOrigin.of(context).behalf();
    }

    /** The same without calls that have ended. */
    Behalf pruned() {
        if (call == null || call.inside()) {
            return this;
        }
        Behalf left = of(call);
        return own == null ? left : left.and(own);
    }

    /** The same, and work of {@code generation}'s own. */
    Behalf and(OwnWork generation) {
        return new Behalf(call, generation);
    }

    /** The instances in calls of which it is made, as far as they have not ended. */
    Set<String> instances() {
        Set<String> found = new HashSet<>();
        for (ActiveCall one = call; one != null; one = one.behalf().call()) {
            if (one.inside()) {
                found.add(one.instance());
            }
        }
        return found;
    }
}
