package dev.plugbay.plugins.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The functions of libvirt that only exports need, within a {@link Session}. */
final class BackupCalls {
    private static final int NO_DOMAIN_BACKUP = 104;

    private final Session session;
    private final Libvirt libvirt;

    BackupCalls(Session session) {
        this.session = session;
        this.libvirt = session.libvirt();
    }

    /** Begins a backup job as the XML says. */
    void begin(Domain domain, String xml) {
        CFunction begin = libvirt.function("virDomainBackupBegin", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        session.check(
                "begin a backup of the machine",
                begin.callInt(domain.pointer(), session.arena().allocateFrom(xml), MemorySegment.NULL, 0));
    }

    /** The backup job that is under way, in XML. */
    Optional<String> current(Domain domain) {
        CFunction describe = libvirt.function("virDomainBackupGetXMLDesc", ADDRESS, ADDRESS, JAVA_INT);
        MemorySegment text = describe.callPointer(domain.pointer(), 0);
        if (!text.equals(MemorySegment.NULL)) {
            return libvirt.take(text);
        }
        NativeError error = libvirt.lastError();
        if (error.code() == NO_DOMAIN_BACKUP || error.code() == NativeError.OPERATION_INVALID) {
            return Optional.empty(); // none, or the domain does not run
        }
        throw session.failure("tell whether a backup is under way", error);
    }

    /** Ends the job that is under way. */
    void abort(Domain domain) {
        session.check(
                "end the backup",
                libvirt.function("virDomainAbortJob", JAVA_INT, ADDRESS).callInt(domain.pointer()));
    }

    /** How many bytes the file or device of a disk has. */
    long physical(Domain domain, String disk) {
        MemorySegment sizes = session.arena().allocate(JAVA_LONG, 3);
        session.check(
                "tell how large disk " + disk + " is",
                libvirt.domainGetBlockInfo.callInt(
                        domain.pointer(), session.arena().allocateFrom(disk), sizes, 0));
        return sizes.getAtIndex(JAVA_LONG, 2);
    }

    /** Why the guest's agent answers nothing, if so: it is asked for the time, which changes nothing. Whatever else comes of that is an answer. */
    Optional<String> silence(Domain domain) {
        CFunction time = libvirt.function("virDomainGetTime", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        MemorySegment seconds = session.arena().allocate(JAVA_LONG);
        MemorySegment nanos = session.arena().allocate(JAVA_INT);
        if (time.callInt(domain.pointer(), seconds, nanos, 0) >= 0) {
            return Optional.empty();
        }
        NativeError error = libvirt.lastError();
        return FreezeRefusal.isSilence(error) ? Optional.of(error.toString()) : Optional.empty();
    }

    /** Has the guest's agent, which has just answered something else, flush and freeze all file systems; how many. */
    int freeze(Domain domain) {
        CFunction freeze = libvirt.function("virDomainFSFreeze", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
        int count = freeze.callInt(domain.pointer(), MemorySegment.NULL, 0, 0);
        if (count < 0) {
            NativeError error = libvirt.lastError();
            throw FreezeRefusal.isRefusal(error)
                    ? FreezeRefusal.of(error.toString())
                    : session.failure("freeze the guest's file systems", error);
        }
        return count;
    }

    /** Has the agent thaw them. */
    void thaw(Domain domain) {
        CFunction thaw = libvirt.function("virDomainFSThaw", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
        session.check("thaw the guest's file systems", thaw.callInt(domain.pointer(), MemorySegment.NULL, 0, 0));
    }
}
