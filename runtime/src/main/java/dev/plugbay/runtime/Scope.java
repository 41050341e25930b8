package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Registration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything one generation has been lent, in the order of lending; closed with it in reverse.
 *
 * <p>Shared: plugin threads lend and give back, the host publishes, withdraws and closes. All fields are guarded by this object's monitor.
 * Things are activated under it too, so that one lent during the publish is activated exactly once; {@link Lent#activate} and
 * {@link Lent#deactivate} are the host's own short code and never call the plugin. {@link Lent#close} may wait for plugin threads and
 * runs outside of the monitor.
 */
final class Scope {
    private static final Logger LOG = LoggerFactory.getLogger(Scope.class);

    /** Something lent. */
    interface Lent {
        /** The generation was published. */
        default void activate() {}

        /** The generation was withdrawn. */
        default void deactivate() {}

        /** The generation may be published soon, and should miss nothing from now on. */
        default void await() {}

        /** The generation begins to hand over: from now on this begins nothing. */
        default void pause() {}

        /** The generation goes on after all; also told to what was lent in the pause. */
        default void resume() {}

        /** Whether something that began before the pause has not ended. */
        default boolean busy() {
            return false;
        }

        /** Takes it back for good. */
        void close();
    }

    private enum Phase {
        STAGED,
        AWAITING,
        ACTIVE,
        PAUSED,
        WITHDRAWN,
        CLOSED
    }

    private final String owner;
    private final Set<Lent> things = new LinkedHashSet<>();
    private Phase phase = Phase.STAGED;

    Scope(String owner) {
        this.owner = owner;
    }

    /** Lends what {@code maker} makes, active at once if the generation is published. */
    synchronized <L extends Lent> L lend(Supplier<L> maker) {
        if (phase == Phase.CLOSED) {
            throw closed();
        }
        L thing = maker.get();
        things.add(thing);
        if (phase == Phase.ACTIVE) {
            thing.activate();
        } else if (phase == Phase.AWAITING) {
            thing.await();
        }
        return thing;
    }

    /** What the plugin gets to give {@code thing} back early. */
    Registration returning(Lent thing) {
        return () -> {
            boolean was;
            synchronized (this) {
                was = things.remove(thing);
            }
            if (was) {
                thing.deactivate();
                thing.close();
            }
        };
    }

    /** Forgets something that came to its own end. */
    synchronized void forget(Lent thing) {
        things.remove(thing);
    }

    synchronized void requireOpen() {
        if (phase == Phase.CLOSED) {
            throw closed();
        }
    }

    synchronized boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    synchronized boolean active() {
        return phase == Phase.ACTIVE;
    }

    /** Activates what is staged. */
    synchronized void publish() {
        if (phase == Phase.STAGED || phase == Phase.AWAITING) {
            phase = Phase.ACTIVE;
            each("activated", Lent::activate);
        }
    }

    /** Lets what is staged miss nothing until it is activated. */
    synchronized void await() {
        if (phase == Phase.STAGED) {
            phase = Phase.AWAITING;
            each("made to wait", Lent::await);
        }
    }

    /** Lets timers, subscriptions and the like begin nothing until {@link #resume}. */
    synchronized void pause() {
        if (phase == Phase.ACTIVE) {
            phase = Phase.PAUSED;
            each("paused", Lent::pause);
        }
    }

    /** Ends the pause. */
    synchronized void resume() {
        if (phase == Phase.PAUSED) {
            phase = Phase.ACTIVE;
            each("resumed", Lent::resume);
        }
    }

    /** Whether something that began before the pause has not ended. */
    synchronized boolean busy() {
        return things.stream().anyMatch(Lent::busy);
    }

    /** Deactivates timers, subscriptions and the like; what is lent stays lent until {@link #close}. */
    synchronized void withdraw() {
        if (phase == Phase.ACTIVE || phase == Phase.PAUSED || phase == Phase.AWAITING) {
            each("deactivated", Lent::deactivate);
        }
        if (phase != Phase.CLOSED) {
            phase = Phase.WITHDRAWN;
        }
    }

    /** Takes everything back, last lent first. */
    void close() {
        List<Lent> toClose;
        synchronized (this) {
            if (phase == Phase.CLOSED) {
                return;
            }
            withdraw();
            phase = Phase.CLOSED;
            toClose = List.copyOf(things).reversed();
            things.clear();
        }
        for (Lent thing : toClose) {
            try {
                thing.close();
            } catch (RuntimeException failure) { // one that cannot be taken back must not keep the others
                LOG.warn("Something lent to {} could not be taken back: {}", owner, failure.toString());
            }
        }
    }

    /** Does this to all: one that fails - for lack of a thread, say - must keep neither the others, nor the step of a reload of which this is part. */
    private void each(String what, Consumer<Lent> step) {
        for (Lent thing : things) {
            try {
                step.accept(thing);
            } catch (Throwable failure) {
                LOG.error("Something lent to {} could not be {}: {}", owner, what, failure.toString());
            }
        }
    }

    private PlugbayException closed() {
        return PlugbayException.of(
                        ErrorCode.UNAVAILABLE, "The scope of " + owner + " is closed; it lends nothing any more.")
                .retryable(false)
                .build();
    }
}
