package dev.plugbay.plugins.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * The functions of libvirt's C library that are used here, by {@code java.lang.foreign}.
 *
 * <p>Why not {@code org.libvirt}: measured with 0.5.4 and JNA 5.17 on JDK 25, three class loaders that had each connected to {@code test:///default}, listed, and closed were all still alive
 * after 90 s of collections. Each is held by its own thread "JNA Cleaner", which does not end while JNA's static memory is registered with it. Nothing here keeps a thread, calls back into Java, or has static
 * state, so a generation's classes go when its calls have ended.
 *
 * <p>The library itself stays in the process once it was loaded: it is linked with {@code -z nodelete}, because it has threads and registered types of its own. Later generations
 * find the same copy. What it sets for the whole process is set to the same values by all of them: errors are not printed, and its event loop is GLib's.
 *
 * <p>Unchangeable, and safe for several threads; but the last error belongs to the thread that made the call.
 */
@SuppressWarnings("restricted") // calling C is what it is for
final class Libvirt {
    /** What to do where it is missing. */
    static final String REMEDY =
            "\"apt install libvirt-daemon-system\" (or \"dnf install libvirt\") brings it with a hypervisor, "
                    + "\"apt install libvirt0\" alone, for one elsewhere";

    private static final long ERROR_BYTES = 16;

    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup library;

    final CFunction connectOpen;
    final CFunction connectClose;
    final CFunction connectIsAlive;
    final CFunction connectSetKeepAlive;
    final CFunction connectGetHostname;
    final CFunction connectListAllDomains;
    final CFunction domainLookupByUUIDString;
    final CFunction domainFree;
    final CFunction domainGetUUIDString;
    final CFunction domainGetXMLDesc;
    final CFunction domainGetState;
    final CFunction domainHasManagedSaveImage;
    final CFunction domainIsActive;
    final CFunction domainIsPersistent;
    final CFunction domainGetAutostart;
    final CFunction domainGetBlockInfo;
    final CFunction domainInterfaceAddresses;
    final CFunction domainInterfaceFree;
    final CFunction domainCreate;
    final CFunction domainResume;
    final CFunction domainPMWakeup;
    final CFunction domainShutdown;
    final CFunction domainDestroy;
    final CFunction eventRunDefaultImpl;
    final CFunction eventAddTimeout;
    final CFunction eventUpdateTimeout;
    final CFunction eventRemoveTimeout;

    /** A C function that does nothing, for where libvirt wants one to be told of things: a function in Java would have to be kept for as long as libvirt lives. */
    final MemorySegment nothing;

    private final CFunction getLastError;
    private final CFunction free;

    private Libvirt(SymbolLookup library) {
        this.library = library;
        connectOpen = function("virConnectOpen", ADDRESS, ADDRESS);
        connectClose = function("virConnectClose", JAVA_INT, ADDRESS);
        connectIsAlive = function("virConnectIsAlive", JAVA_INT, ADDRESS);
        connectSetKeepAlive = function("virConnectSetKeepAlive", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        connectGetHostname = function("virConnectGetHostname", ADDRESS, ADDRESS);
        connectListAllDomains = function("virConnectListAllDomains", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
        domainLookupByUUIDString = function("virDomainLookupByUUIDString", ADDRESS, ADDRESS, ADDRESS);
        domainFree = function("virDomainFree", JAVA_INT, ADDRESS);
        domainGetUUIDString = function("virDomainGetUUIDString", JAVA_INT, ADDRESS, ADDRESS);
        domainGetXMLDesc = function("virDomainGetXMLDesc", ADDRESS, ADDRESS, JAVA_INT);
        domainGetState = function("virDomainGetState", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        domainHasManagedSaveImage = function("virDomainHasManagedSaveImage", JAVA_INT, ADDRESS, JAVA_INT);
        domainIsActive = function("virDomainIsActive", JAVA_INT, ADDRESS);
        domainIsPersistent = function("virDomainIsPersistent", JAVA_INT, ADDRESS);
        domainGetAutostart = function("virDomainGetAutostart", JAVA_INT, ADDRESS, ADDRESS);
        domainGetBlockInfo = function("virDomainGetBlockInfo", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        domainInterfaceAddresses =
                function("virDomainInterfaceAddresses", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
        domainInterfaceFree = procedure("virDomainInterfaceFree", ADDRESS);
        domainCreate = function("virDomainCreate", JAVA_INT, ADDRESS);
        domainResume = function("virDomainResume", JAVA_INT, ADDRESS);
        domainPMWakeup = function("virDomainPMWakeup", JAVA_INT, ADDRESS, JAVA_INT);
        domainShutdown = function("virDomainShutdown", JAVA_INT, ADDRESS);
        domainDestroy = function("virDomainDestroy", JAVA_INT, ADDRESS);
        eventRunDefaultImpl = function("virEventRunDefaultImpl", JAVA_INT);
        eventAddTimeout = function("virEventAddTimeout", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
        eventUpdateTimeout = procedure("virEventUpdateTimeout", JAVA_INT, JAVA_INT);
        eventRemoveTimeout = function("virEventRemoveTimeout", JAVA_INT, JAVA_INT);
        getLastError = function("virGetLastError", ADDRESS);
        SymbolLookup c = linker.defaultLookup();
        nothing = c.findOrThrow("getpid");
        free = CFunction.of(linker, "free", c.findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));
    }

    /**
     * Loads the library, or finds it loaded.
     *
     * @return empty when it is not installed
     * @throws PluginException {@link ErrorCode#UNAVAILABLE} when it is too old, or may not be called
     */
    static Optional<Libvirt> load(String name) {
        try {
            // Closed by the collector, when nothing can call it any more.
            Libvirt libvirt = new Libvirt(SymbolLookup.libraryLookup(name, Arena.ofAuto()));
            libvirt.initialise();
            return Optional.of(libvirt);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        } catch (IllegalCallerException e) {
            throw new PluginException(
                    ErrorCode.UNAVAILABLE,
                    "libvirt's library may not be called: start the host's Java with --enable-native-access=ALL-UNNAMED");
        }
    }

    private void initialise() {
        // Without these it prints each error to stderr, and knows no timers.
        procedure("virSetErrorFunc", ADDRESS, ADDRESS).callVoid(MemorySegment.NULL, nothing);
        if (function("virEventRegisterDefaultImpl", JAVA_INT).callInt() < 0) {
            throw new PluginException(ErrorCode.UNAVAILABLE, "libvirt's event loop cannot be set up: " + lastError());
        }
    }

    /**
     * A function of the library.
     *
     * @throws PluginException {@link ErrorCode#UNSUPPORTED} when the installed version does not have it
     */
    CFunction function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return CFunction.of(linker, name, symbol(name), FunctionDescriptor.of(result, arguments));
    }

    /** A function without a result. */
    CFunction procedure(String name, MemoryLayout... arguments) {
        return CFunction.of(linker, name, symbol(name), FunctionDescriptor.ofVoid(arguments));
    }

    private MemorySegment symbol(String name) {
        return library.find(name)
                .orElseThrow(() -> new PluginException(
                        ErrorCode.UNSUPPORTED,
                        "the installed libvirt is too old: it has no " + name + "; version 6.0 or newer is needed"));
    }

    /** The error of the last call that this thread made. */
    NativeError lastError() {
        MemorySegment error = getLastError.callPointer();
        if (error.equals(MemorySegment.NULL)) {
            return NativeError.NONE;
        }
        MemorySegment fields = error.reinterpret(ERROR_BYTES);
        return new NativeError(
                fields.get(JAVA_INT, 0),
                fields.get(JAVA_INT, JAVA_INT.byteSize()),
                text(fields.get(ADDRESS, JAVA_LONG.byteSize())).orElse(""));
    }

    /** A text that libvirt keeps. */
    static Optional<String> text(MemorySegment pointer) {
        return pointer.equals(MemorySegment.NULL)
                ? Optional.empty()
                : Optional.of(pointer.reinterpret(Long.MAX_VALUE).getString(0));
    }

    /** A text that is ours to free. */
    Optional<String> take(MemorySegment pointer) {
        try {
            return text(pointer);
        } finally {
            free(pointer);
        }
    }

    /** Frees what libvirt left to us; nothing for a null pointer. */
    void free(MemorySegment pointer) {
        free.callVoid(pointer);
    }
}
