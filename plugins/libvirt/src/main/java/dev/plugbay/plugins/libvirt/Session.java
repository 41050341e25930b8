package dev.plugbay.plugins.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What one piece of work has of libvirt: the connection, and memory and domains that go when it ends. Stays on its thread. */
@SuppressWarnings("restricted") // calling C is what it is for
final class Session implements AutoCloseable {
    private final Libvirt libvirt;
    private final MemorySegment connection;
    private final String host;
    private final BooleanSupplier alive;
    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> domains = new ArrayList<>();

    Session(Libvirt libvirt, MemorySegment connection, String host, BooleanSupplier alive) {
        this.libvirt = libvirt;
        this.connection = connection;
        this.host = host;
        this.alive = alive;
    }

    Libvirt libvirt() {
        return libvirt;
    }

    /** The {@code virConnectPtr}. */
    MemorySegment connection() {
        return connection;
    }

    /** The name of the machine that libvirt runs on; may be empty. */
    String host() {
        return host;
    }

    /** Memory that is freed with the session. */
    Arena arena() {
        return arena;
    }

    /** All domains. */
    List<Domain> domains() {
        MemorySegment list = arena.allocate(ADDRESS);
        int count = check("list the machines", libvirt.connectListAllDomains.callInt(connection, list, 0));
        MemorySegment array = list.get(ADDRESS, 0);
        MemorySegment pointers = array.reinterpret(count * ADDRESS.byteSize());
        List<Domain> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            found.add(domain(pointers.getAtIndex(ADDRESS, i)));
        }
        libvirt.free(array);
        return found;
    }

    /** The domain with this UUID. */
    Optional<Domain> find(String uuid) {
        if (!isUuid(uuid)) {
            return Optional.empty();
        }
        MemorySegment pointer = libvirt.domainLookupByUUIDString.callPointer(connection, arena.allocateFrom(uuid));
        if (!pointer.equals(MemorySegment.NULL)) {
            return Optional.of(domain(pointer));
        }
        NativeError error = libvirt.lastError();
        if (error.code() == NativeError.NO_DOMAIN) {
            return Optional.empty();
        }
        throw failure("look for a machine", error);
    }

    /** libvirt takes other spellings of a UUID as well; ours is the one that it writes. */
    private static boolean isUuid(String text) {
        return text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    }

    private Domain domain(MemorySegment pointer) {
        domains.add(pointer);
        return new Domain(this, pointer);
    }

    /** The result of a call, unless it is below 0, which says that it failed. */
    int check(String what, int result) {
        if (result < 0) {
            throw failure(what, libvirt.lastError());
        }
        return result;
    }

    /** The failure for an error of libvirt's; where the connection is gone, that is what it is. */
    PluginException failure(String what, NativeError error) {
        return alive.getAsBoolean()
                ? error.failure(what)
                : new PluginException(ErrorCode.UNAVAILABLE, "the connection to libvirt was lost: " + error);
    }

    @Override
    public void close() {
        for (MemorySegment domain : domains) {
            int ignored = libvirt.domainFree.callInt(domain);
        }
        arena.close();
    }
}
