package dev.plugbay.runtime;

import dev.plugbay.api.Registration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Passes events on to subscribers, to each in order and on a thread of its own choice, so that a slow one delays only itself. No listener is called
 * on the publisher's thread, whatever locks it holds.
 *
 * <p>Shared: the list of subscribers is copied on write; each has a queue of its own. This object's monitor is held while one event is handed to all queues, and while
 * {@link #between} exchanges subscribers: so an event comes before an exchange for everybody, or after it for everybody. What a subscriber holds back is guarded by
 * it too. Nothing but queues is touched under it when an event is published; an exchange takes a scope's monitor inside of it, never the other way round.
 */
final class EventHub {
    private static final int MOST_HELD = 10_000;

    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    /** Passes an event on. */
    synchronized void publish(HostEvent event) {
        subscribers.forEach(subscriber -> subscriber.offer(event));
    }

    /** Does something between two events. */
    synchronized void between(Runnable exchange) {
        exchange.run();
    }

    /** Subscribes; {@code listener} must handle its own failures. */
    Registration subscribe(Executor executor, Consumer<HostEvent> listener) {
        return subscribe(executor, listener, false);
    }

    /** Subscribes, at first without being told anything if {@code held}. */
    Subscriber subscribe(Executor executor, Consumer<HostEvent> listener, boolean held) {
        Subscriber subscriber = new Subscriber(SerialQueue.ofEvents(executor), listener, held);
        subscribers.add(subscriber);
        return subscriber;
    }

    /** One who hears of events, or holds them back for later. */
    final class Subscriber implements Registration {
        private final SerialQueue queue;
        private final Consumer<HostEvent> listener;
        private final Deque<HostEvent> kept = new ArrayDeque<>();
        private boolean held;

        private Subscriber(SerialQueue queue, Consumer<HostEvent> listener, boolean held) {
            this.queue = queue;
            this.listener = listener;
            this.held = held;
        }

        private void offer(HostEvent event) {
            if (!held) {
                queue.execute(() -> listener.accept(event));
                return;
            }
            if (kept.size() >= MOST_HELD) {
                kept.poll();
            }
            kept.add(event);
        }

        /** From now on events are held back; within {@link #between}. */
        void hold() {
            held = true;
        }

        /** Tells what was held back, and what comes; within {@link #between}. */
        void release() {
            held = false;
            for (HostEvent event = kept.poll(); event != null; event = kept.poll()) {
                offer(event);
            }
        }

        /** Whether it is being told, or about to be. */
        boolean busy() {
            return !queue.idle();
        }

        @Override
        public void close() {
            subscribers.remove(this);
            queue.close();
        }
    }
}
