package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of one instance go. All its handles share it, so a publish is one write.
 *
 * <p>Shared: {@code binding}, written by the instance's life cycle (one thread at a time) and read by every call; see {@link Leases} for the order that makes a
 * switch safe, and {@link Door} for the one that makes a handover safe. A closed door is a binding without a target, so it costs a call nothing while it is open. Extensions are looked up once for each binding and kept in it, so a handle keeps nothing of a generation that was replaced. The tables of
 * places and handles are guarded by this object's monitor, and no call needs it after its first.
 */
class TargetRef {
    private final String plugin;
    private final String instance;
    private final Map<Place, Integer> places = new HashMap<>();
    private final Map<Class<?>, Map<String, WeakReference<Object>>> handles = new WeakHashMap<>();
    private volatile Binding binding;

    /** A reference to nothing yet: calls fail with {@link ErrorCode#UNAVAILABLE}. */
    TargetRef(String plugin, String instance) {
        this.plugin = plugin;
        this.instance = instance;
        this.binding = new Binding(null, () -> unavailable(plugin, instance, "does not run yet"), null);
    }

    final String plugin() {
        return plugin;
    }

    final String instance() {
        return instance;
    }

    /** The generation that new calls go to. */
    final Optional<CallTarget> current() {
        Binding read = binding;
        return Optional.ofNullable(read.door == null ? read.target : read.door.behind().target);
    }

    /**
     * The generation that new calls go to; without a lease, so only to be looked at.
     *
     * @throws PlugbayException why there is none
     */
    final CallTarget get() {
        Binding read = binding;
        return read.door == null ? read.required() : read.door.behind().required();
    }

    /** Sends every new call to {@code target}. */
    final void publish(CallTarget target) {
        binding = new Binding(target, null, null);
    }

    /** Makes every new call fail with what {@code why} answers. */
    final void clear(Supplier<PlugbayException> why) {
        binding = new Binding(null, why, null);
    }

    /** Closes a door before the generation that new calls go to. */
    final Door close() {
        Binding open = binding;
        Door door = new Door(open);
        open.required().leases().door(door);
        binding = new Binding(null, null, door);
        return door;
    }

    /** Opens the door again, with everything as before. */
    final void reopen(Door door) {
        door.behind().required().leases().door(null);
        binding = door.behind();
        door.back();
    }

    /** Opens the door to the generation that took over; the old one keeps it, for those who hold objects of it. */
    final void open(Door door, CallTarget target) {
        publish(target);
        door.on();
    }

    /** Makes every new call fail with {@link ErrorCode#UNAVAILABLE}; {@code state} as in "was stopped". */
    final void clear(String state) {
        clear(() -> unavailable(plugin, instance, state));
    }

    static PlugbayException unavailable(String plugin, String instance, String state) {
        String who = instance.equals(plugin)
                ? "plugin \"" + plugin + "\""
                : "instance \"" + instance + "\" of plugin \"" + plugin + "\"";
        return PlugbayException.of(ErrorCode.UNAVAILABLE, who + " " + state)
                .plugin(plugin)
                .instance(instance)
                .remedy("Start the plugin, or try again when it runs.")
                .build();
    }

    /**
     * A lease on the current generation; {@code null} at a closed door. The re-read is what keeps a call from a generation that was already seen empty.
     */
    final @Nullable Binding acquire(int slot) {
        while (true) {
            Binding read = binding;
            CallTarget target = read.target;
            if (target == null) {
                if (read.door != null) {
                    return null;
                }
                target = read.required();
            }
            Leases leases = target.leases();
            beforeCount();
            leases.count(slot);
            if (!unchanged(read)) {
                leases.release(slot);
                continue;
            }
            if (leases.closed()) {
                leases.release(slot);
                if (unchanged(read)) {
                    throw unavailable(plugin, instance, "is being unloaded");
                }
                continue; // the reloader wrote the reference and then closed, both after the second read
            }
            return read;
        }
    }

    /** What lets a call in that came to a closed door: the way, and the slot of its lease. */
    record Entry(Binding binding, int slot) {}

    /** A lease for a call that came to a closed door: at once if it may pass, else when the door is open. */
    final Entry acquire(int slot, CallOrigin origin, @Nullable CallContext bound, MethodInfo method) {
        while (true) {
            Binding read = binding;
            Door door = read.door;
            if (door == null) {
                Binding open = acquire(slot);
                if (open != null) {
                    return new Entry(open, slot);
                }
            } else if (method.readOnly()) {
                Leases leases = door.behind().required().leases();
                leases.count(slot);
                if (binding == read) {
                    return new Entry(door.behind(), slot);
                }
                leases.release(slot);
            } else {
                int passed = door.pass(origin.behalf(), slot);
                if (passed >= 0) {
                    return new Entry(door.behind(), passed);
                }
                door.await(origin, bound, method);
            }
        }
    }

    /** Between reading the reference and counting; for tests. */
    void beforeCount() {}

    /** Whether the reference still says so; a test replaces it to show what happens without. */
    boolean unchanged(Binding read) {
        return binding == read;
    }

    /** The place of an extension in every binding's table. */
    final synchronized int place(String point, String name) {
        return places.computeIfAbsent(new Place(point, name), key -> places.size());
    }

    /** The handle for a point and name, made by {@code maker} if nobody holds one. */
    final synchronized Object handle(Class<?> point, String name, Supplier<Object> maker) {
        Map<String, WeakReference<Object>> known = handles.computeIfAbsent(point, key -> new HashMap<>());
        WeakReference<Object> reference = known.get(name);
        Object handle = reference == null ? null : reference.get();
        if (handle == null) {
            handle = maker.get();
            known.put(name, new WeakReference<>(handle));
        }
        return handle;
    }

    private record Place(String point, String name) {}

    /** What the reference refers to: a generation, the reason why there is none, or a closed door. */
    static final class Binding {
        private final @Nullable CallTarget target;
        private final @Nullable Supplier<PlugbayException> why;
        private final @Nullable Door door;
        private volatile @Nullable Object[] extensions = new @Nullable Object[2];

        private Binding(@Nullable CallTarget target, @Nullable Supplier<PlugbayException> why, @Nullable Door door) {
            this.target = target;
            this.why = why;
            this.door = door;
        }

        CallTarget required() {
            CallTarget found = target;
            if (found == null) {
                throw why == null ? new PlugbayException(ErrorCode.UNAVAILABLE, "no generation") : why.get();
            }
            return found;
        }

        Object extension(int place, String point, String name) {
            @Nullable Object[] table = extensions;
            Object found = place < table.length ? table[place] : null;
            return found == null ? lookUp(place, point, name) : found;
        }

        private Object lookUp(int place, String point, String name) {
            Object found = required().extension(point, name);
            synchronized (this) {
                @Nullable Object[] table = Arrays.copyOf(extensions, Math.max(extensions.length, place + 1));
                table[place] = found;
                extensions = table;
            }
            return found;
        }
    }
}
