package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Consistency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The disks of a running domain as they are when its backup job begins. One job has them all, so they are of one moment; QEMU keeps what the guest overwrites meanwhile in
 * scratch files of ours, one for each disk, and gives the disks out over a socket of ours.
 *
 * <p>Beginning and ending are done by {@link ExportCleanUp}, so that no cancellation comes between libvirt's work and our knowledge of it.
 */
final class BackupSource implements ExportSource {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final ExportRequests requests;
    private final String id;
    private final BackupFolder folder;
    private final boolean freeze;
    private final GuestFreeze guest;
    private final ExportCleanUp cleanUp;
    private Optional<ScratchWatch> watch = Optional.empty();

    private BackupSource(
            ExportRequests requests, String id, BackupFolder folder, boolean freeze, ExportCleanUp cleanUp) {
        this.requests = requests;
        this.id = id;
        this.folder = folder;
        this.freeze = freeze;
        this.guest = new GuestFreeze(requests, id, folder);
        this.cleanUp = cleanUp;
    }

    /**
     * Begins a backup job.
     *
     * @throws PluginException {@link ErrorCode#BUSY} when another one is under way; {@link ErrorCode#UNSUPPORTED} when file systems have to be frozen and no agent does it
     */
    static BackupSource begin(
            ExportRequests requests,
            ExportRequests.Described machine,
            List<ExportDisk> chosen,
            BackupRoot root,
            Consistency consistency,
            ExportCleanUp cleanUp) {
        if (requests.backup(machine.uuid()).isPresent()) {
            throw new PluginException(
                    ErrorCode.BUSY, "a backup of " + machine.name() + " is under way already; only one can be");
        }
        ScratchWatch.check(root.path());
        boolean freeze = consistency == Consistency.FILESYSTEM;
        BackupFolder folder = BackupFolder.create(
                root, new BackupNote(requests.uri(), machine.uuid(), false), BackupUser.of(machine.now()));
        BackupSource source = new BackupSource(requests, machine.uuid(), folder, freeze, cleanUp);
        try {
            String xml = BackupXml.of(ExportDisk.all(machine.now()), chosen, folder);
            cleanUp.run(() -> source.start(xml));
            source.watch = Optional.of(cleanUp.watch(root.path(), source::abort));
            CallContext.current().throwIfCancelled();
            return source;
        } catch (RuntimeException e) {
            try {
                source.close();
            } catch (PluginException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private void start(String xml) {
        if (freeze) {
            guest.begin();
        }
        job(xml); // should it fail, closing thaws the guest
        if (freeze) {
            thaw();
        }
    }

    private void job(String xml) {
        try {
            requests.begin(id, xml);
        } catch (PluginException e) {
            if (String.valueOf(e.getMessage()).contains("Permission denied")) {
                throw new PluginException(
                        ErrorCode.PERMISSION_DENIED,
                        "QEMU's user cannot make files in " + folder.open()
                                + ": let it enter all folders above, or set \"scratch\" to another folder ("
                                + e.getMessage() + ")",
                        e);
            }
            throw e;
        }
    }

    /** A guest hangs while it is frozen: an export during which it may be is worse than none. */
    private void thaw() {
        long until = System.nanoTime() + requests.patience().toNanos();
        while (guest.frozen()) {
            try {
                guest.end(until);
            } catch (PluginException e) {
                if (System.nanoTime() - until > 0 || !pause()) {
                    throw new PluginException(
                            ErrorCode.UNAVAILABLE,
                            "the guest's file systems were frozen and could not be thawed at once: " + e.getMessage(),
                            e);
                }
            }
        }
    }

    @Override
    public Path socket(ExportDisk disk) {
        return folder.socket();
    }

    @Override
    public String export(ExportDisk disk) {
        return disk.id();
    }

    @Override
    public Consistency consistency() {
        return freeze ? Consistency.FILESYSTEM : Consistency.CRASH;
    }

    @Override
    public void check() {
        ScratchWatch.check(folder.root());
    }

    @Override
    public Optional<PluginException> failure() {
        return watch.flatMap(ScratchWatch::failure);
    }

    /** Nothing: a job's disks stay those of the moment at which it began. */
    @Override
    public void verify() {}

    @Override
    public void close() {
        watch.ifPresent(ScratchWatch::close);
        cleanUp.run(this::end);
    }

    private void end() {
        long until = System.nanoTime() + requests.endTime().toNanos();
        while (true) {
            Optional<PluginException> frozen = failure(() -> guest.end(until));
            Optional<PluginException> failure =
                    failure(() -> abort(requests.until(until))).or(() -> frozen);
            if (failure.isEmpty()) {
                folder.remove();
                return;
            }
            if (System.nanoTime() - until > 0 || !pause()) {
                folder.leave();
                throw new PluginException(
                        ErrorCode.UNAVAILABLE,
                        (guest.frozen()
                                        ? "the guest's file systems may be frozen, and could not be thawed"
                                        : "the backup job of the machine could not be ended")
                                + ": " + failure.get().getMessage()
                                + ". It is done as soon as libvirt and the guest answer again",
                        failure.get());
            }
        }
    }

    /** Fails until the job is seen to have ended. */
    private void abort() {
        abort(requests);
    }

    private void abort(ExportRequests requests) {
        boolean under = requests.backup(id)
                .filter(job -> job.contains(BackupXml.escaped(folder.socket().toString())))
                .isPresent();
        if (under) {
            requests.abort(id);
            throw new PluginException(ErrorCode.BUSY, "libvirt has not ended it yet");
        }
    }

    private static Optional<PluginException> failure(Runnable work) {
        try {
            work.run();
            return Optional.empty();
        } catch (PluginException e) {
            return Optional.of(e); // the domain may have ended at this very moment: the next look tells
        }
    }

    /** Waits a moment; false when the generation ends. */
    private static boolean pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
