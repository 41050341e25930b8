package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Consistency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The disks of a domain that is off, each given out by a {@code qemu-nbd} that reads the domain's own file, so what is copied is what the guest would see, whatever the format.
 * Its lock keeps the domain from being started meanwhile; where a file system has no locks, a start shows in the end.
 */
final class NbdSource implements ExportSource {
    private static final Set<String> FORMATS = Set.of("raw", "qcow2", "qed", "vmdk", "vdi", "vpc", "vhdx");

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final ExportRequests requests;
    private final ExportRequests.Described machine;
    private final BackupFolder folder;
    private final Map<String, NbdServer> servers = new HashMap<>();
    private final Map<Path, Object> before = new HashMap<>();

    private NbdSource(ExportRequests requests, ExportRequests.Described machine, BackupFolder folder) {
        this.requests = requests;
        this.machine = machine;
        this.folder = folder;
    }

    /**
     * Opens the chosen disks.
     *
     * @throws PluginException {@link ErrorCode#UNSUPPORTED} for disks that are no files or devices of this machine; {@link ErrorCode#PERMISSION_DENIED}; {@link ErrorCode#BUSY} when
     *     something else uses one
     */
    static NbdSource open(
            ExportRequests requests,
            ExportRequests.Described machine,
            List<ExportDisk> chosen,
            BackupRoot root,
            Optional<Path> qemuNbd) {
        chosen.forEach(NbdSource::check);
        Path program = qemuNbd.orElseThrow(
                () -> ExportRules.unsupported(
                        "a machine that is off is exported by qemu-nbd, which is not installed: install it (package qemu-utils on Debian and Ubuntu, qemu-img on Fedora)"));
        BackupFolder folder = BackupFolder.create(
                root, new BackupNote(requests.uri(), machine.uuid(), false), new BackupUser(Optional.empty()));
        NbdSource source = new NbdSource(requests, machine, folder);
        try {
            chosen.forEach(source::compare);
            for (ExportDisk disk : chosen) {
                Path file = Path.of(disk.path().orElseThrow());
                source.before.put(file, state(file));
                source.servers.put(disk.id(), NbdServer.start(program, disk, file, folder.path()));
            }
            return source;
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static void check(ExportDisk disk) {
        if (disk.path().isEmpty() || !Set.of("file", "block").contains(disk.type())) {
            throw ExportRules.unsupported("disk " + disk.id() + " is no file or device of this machine but of type "
                    + disk.type() + "; it can be exported while the machine runs");
        }
        if (disk.encrypted()) {
            throw ExportRules.unsupported("disk " + disk.id()
                    + " is encrypted, and its key is libvirt's; it can be exported while the machine runs");
        }
        if (!FORMATS.contains(disk.format())) {
            throw ExportRules.unsupported("disk " + disk.id() + " has the format " + disk.format()
                    + "; it can be exported while the machine runs");
        }
        Path file = Path.of(disk.path().get());
        if (!Files.exists(file)) {
            throw new PluginException(
                    ErrorCode.CONFLICT,
                    "disk " + disk.id() + " is missing: there is no " + file + " that the host's user can see");
        }
        if (!Files.isReadable(file)) {
            throw new PluginException(
                    ErrorCode.PERMISSION_DENIED,
                    "disk " + disk.id() + " may not be read by the host's user: give it access to " + file
                            + ", or export the machine while it runs");
        }
    }

    /** A connection may lead elsewhere and not look like it, by a socket that is forwarded; and this host may see another file system than libvirt does. */
    private void compare(ExportDisk disk) {
        Path file = Path.of(disk.path().orElseThrow());
        long known = requests.physical(machine.uuid(), disk.id());
        try {
            if (Files.isRegularFile(file) && Files.size(file) != known) {
                throw new PluginException(
                        ErrorCode.CONFLICT,
                        "disk " + disk.id() + " is not what libvirt knows: " + file + " has " + Files.size(file)
                                + " bytes here and " + known
                                + " there; does libvirt run on another machine, or see other folders?");
            }
        } catch (IOException e) {
            throw new PluginException(
                    ErrorCode.CALL_FAILED, "disk " + disk.id() + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    private static Object state(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(attributes.size(), attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public Path socket(ExportDisk disk) {
        NbdServer server = servers.get(disk.id());
        if (server == null) {
            throw new IllegalArgumentException("not one of the chosen disks: " + disk.id());
        }
        return server.socket();
    }

    @Override
    public String export(ExportDisk disk) {
        return disk.id();
    }

    /** Nobody knows more: libvirt says "shut down" also of a QEMU that was ended by a signal, and of a guest that switched itself off without a thought for its file systems. */
    @Override
    public Consistency consistency() {
        return Consistency.CRASH;
    }

    @Override
    public void check() {}

    @Override
    public Optional<PluginException> failure() {
        return Optional.empty();
    }

    @Override
    public void verify() {
        before.forEach((file, state) -> {
            if (!state(file).equals(state)) {
                throw changed(file + " was changed");
            }
        });
        if (started()) {
            throw changed("it was started");
        }
    }

    /** A libvirtd that restarts at the end of a long export does not make it fail: it is asked for as long as that takes. */
    private boolean started() {
        long began = System.nanoTime();
        while (true) {
            try {
                return requests.running(machine.uuid());
            } catch (PluginException e) {
                boolean later = e.code() == ErrorCode.UNAVAILABLE
                        && !CallContext.current().cancelled();
                if (!later || System.nanoTime() - began > requests.endTime().toNanos()) {
                    throw e;
                }
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(ErrorCode.CALL_CANCELLED, "the export was interrupted", e);
            }
        }
    }

    private PluginException changed(String what) {
        return new PluginException(
                ErrorCode.CONFLICT,
                "machine " + machine.name() + " was exported while " + what + "; export it again",
                true);
    }

    @Override
    public void close() {
        servers.values().forEach(NbdServer::close);
        folder.remove();
    }
}
