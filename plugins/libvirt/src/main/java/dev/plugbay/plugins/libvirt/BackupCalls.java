package dev.plugbay.plugins.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.plugbay.api.ErrorCode;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The functions of libvirt that only exports need, within a {@link Session}. */
final class BackupCalls {
    private static final int NO_DOMAIN_BACKUP = 104;
    private static final int INTERNAL_ERROR = 1;

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

    /** Has the guest's agent flush and freeze all file systems; how many. */
    int freeze(Domain domain) {
        CFunction freeze = libvirt.function("virDomainFSFreeze", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
        int count = freeze.callInt(domain.pointer(), MemorySegment.NULL, 0, 0);
        if (count < 0) {
            NativeError error = libvirt.lastError();
            throw refused(error)
                    ? ExportRules.unsupported("consistency filesystem needs a guest agent that freezes: " + error)
                    : session.failure("freeze the guest's file systems", error);
        }
        return count;
    }

    /**
     * Whether nothing was frozen, for certain: there is no agent, it did not answer the question that libvirt asks first, or it answered with an error (after which it has thawed what it had frozen). One
     * that vanished while it froze may have done it.
     */
    private static boolean refused(NativeError error) {
        return switch (error.code()) {
            case NativeError.AGENT_UNRESPONSIVE -> !error.message().contains("disappeared");
            case INTERNAL_ERROR -> error.message().contains("guest-fsfreeze-freeze");
            default -> error.failureCode() == ErrorCode.UNSUPPORTED;
        };
    }

    /** Has the agent thaw them. */
    void thaw(Domain domain) {
        CFunction thaw = libvirt.function("virDomainFSThaw", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);
        session.check("thaw the guest's file systems", thaw.callInt(domain.pointer(), MemorySegment.NULL, 0, 0));
    }
}
