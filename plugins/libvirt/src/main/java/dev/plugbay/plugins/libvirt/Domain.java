package dev.plugbay.plugins.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmDisk;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A domain, within a {@link Session}. */
@SuppressWarnings("restricted") // calling C is what it is for
final class Domain {
    /** A UUID as text, with its final zero. */
    private static final int UUID_BYTES = 37;

    /** An interface: name, hardware address, number of addresses, addresses. */
    private static final long INTERFACE_BYTES = 32;

    private static final long HARDWARE_AT = 8;
    private static final long COUNT_AT = 16;
    private static final long ADDRESSES_AT = 24;

    /** An address: type, text, prefix. */
    private static final long ADDRESS_BYTES = 24;

    private static final long TEXT_AT = 8;

    private final Session session;
    private final Libvirt libvirt;
    private final MemorySegment pointer;

    Domain(Session session, MemorySegment pointer) {
        this.session = session;
        this.libvirt = session.libvirt();
        this.pointer = pointer;
    }

    /** The sizes of a disk. */
    record DiskSize(long capacity, long allocated) {
        /** A disk that has them. */
        VmDisk on(VmDisk disk) {
            return disk.toBuilder()
                    .capacityBytes(capacity)
                    .allocatedBytes(allocated)
                    .build();
        }
    }

    /** The addresses of an interface, by its hardware address. */
    record Addresses(String mac, List<String> texts) {}

    /** The {@code virDomainPtr}. */
    MemorySegment pointer() {
        return pointer;
    }

    String uuid() {
        MemorySegment text = session.arena().allocate(UUID_BYTES);
        session.check("tell a machine's id", libvirt.domainGetUUIDString.callInt(pointer, text));
        return text.getString(0);
    }

    /** Its description; {@code flags} are {@code virDomainXMLFlags}. */
    String xml(int flags) {
        return libvirt.take(libvirt.domainGetXMLDesc.callPointer(pointer, flags))
                .orElseThrow(() -> session.failure("describe a machine", libvirt.lastError()));
    }

    DomainState state() {
        MemorySegment values = session.arena().allocate(JAVA_INT, 2);
        session.check(
                "tell a machine's state",
                libvirt.domainGetState.callInt(pointer, values, values.asSlice(JAVA_INT.byteSize()), 0));
        DomainState state = DomainState.of(values.getAtIndex(JAVA_INT, 0), values.getAtIndex(JAVA_INT, 1));
        if (state.power() == PowerState.STOPPED && state.crashed() && libvirt.domainIsActive.callInt(pointer) == 1) {
            return DomainState.HELD;
        }
        // 1 when its memory lies in a file, -1 where there is no such thing.
        boolean saved =
                state.power() == PowerState.STOPPED && libvirt.domainHasManagedSaveImage.callInt(pointer, 0) == 1;
        return saved ? DomainState.SAVED : state;
    }

    boolean persistent() {
        return libvirt.domainIsPersistent.callInt(pointer) == 1;
    }

    boolean autostart() {
        MemorySegment value = session.arena().allocate(JAVA_INT);
        return libvirt.domainGetAutostart.callInt(pointer, value) == 0 && value.get(JAVA_INT, 0) == 1;
    }

    /** How large a disk is, if that can be told: its file may be missing. */
    Optional<DiskSize> size(String disk) {
        MemorySegment sizes = session.arena().allocate(JAVA_LONG, 3);
        int result = libvirt.domainGetBlockInfo.callInt(pointer, session.arena().allocateFrom(disk), sizes, 0);
        return result < 0
                ? Optional.empty()
                : Optional.of(new DiskSize(sizes.getAtIndex(JAVA_LONG, 0), sizes.getAtIndex(JAVA_LONG, 1)));
    }

    /** The addresses of its interfaces, from the given source ({@code virDomainInterfaceAddressesSource}); empty where that does not know any. */
    List<Addresses> addresses(int source) {
        MemorySegment list = session.arena().allocate(ADDRESS);
        int count = libvirt.domainInterfaceAddresses.callInt(pointer, list, source, 0);
        List<Addresses> found = new ArrayList<>();
        if (count < 0) {
            return found;
        }
        MemorySegment array = list.get(ADDRESS, 0);
        MemorySegment interfaces = array.reinterpret(count * ADDRESS.byteSize());
        for (int i = 0; i < count; i++) {
            MemorySegment each = interfaces.getAtIndex(ADDRESS, i);
            found.add(addresses(each.reinterpret(INTERFACE_BYTES)));
            libvirt.domainInterfaceFree.callVoid(each);
        }
        libvirt.free(array);
        return found;
    }

    private static Addresses addresses(MemorySegment each) {
        int count = each.get(JAVA_INT, COUNT_AT);
        MemorySegment all = each.get(ADDRESS, ADDRESSES_AT).reinterpret(count * ADDRESS_BYTES);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Libvirt.text(all.get(ADDRESS, i * ADDRESS_BYTES + TEXT_AT)).ifPresent(texts::add);
        }
        return new Addresses(Libvirt.text(each.get(ADDRESS, HARDWARE_AT)).orElse(""), texts);
    }

    void create() {
        session.check("start the machine", libvirt.domainCreate.callInt(pointer));
    }

    void resume() {
        session.check("resume the machine", libvirt.domainResume.callInt(pointer));
    }

    void wake() {
        session.check("wake the machine", libvirt.domainPMWakeup.callInt(pointer, 0));
    }

    void shutdown() {
        session.check("ask the machine to shut down", libvirt.domainShutdown.callInt(pointer));
    }

    void destroy() {
        session.check("stop the machine", libvirt.domainDestroy.callInt(pointer));
    }
}
