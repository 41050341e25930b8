package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.LeashedProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The program {@code qemu-nbd} in front of one disk of a machine that is off. It holds QEMU's lock on the file: while it runs the machine cannot be started, and it does not come up
 * for one that was started. It does not outlive this process.
 */
final class NbdServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int KEPT_OUTPUT = 2000;

    private final Path socket;
    private final LeashedProcess process;

    private NbdServer(Path socket, LeashedProcess process) {
        this.socket = socket;
        this.process = process;
    }

    /** Starts one; its socket and log lie in {@code folder}. */
    static NbdServer start(Path program, ExportDisk disk, Path file, Path folder) {
        Path socket = folder.resolve(disk.id() + ".sock");
        File log = folder.resolve(disk.id() + ".log").toFile();
        List<String> command = List.of(
                program.toString(),
                "--read-only",
                "--persistent",
                "--shared=8",
                "--export-name=" + disk.id(),
                "--socket=" + socket,
                "--format=" + disk.format(),
                file.toString());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"));
        environment.put("LC_ALL", "C"); // its messages are read below
        try {
            NbdServer server = new NbdServer(socket, LeashedProcess.start(builder));
            try {
                server.await(disk, file, log);
                return server;
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new PluginException(ErrorCode.CALL_FAILED, program + " cannot be run: " + e.getMessage(), e);
        }
    }

    private void await(ExportDisk disk, Path file, File log) throws IOException {
        CallContext call = CallContext.current();
        long began = System.nanoTime();
        while (!greets(START)) {
            call.throwIfCancelled();
            if (System.nanoTime() - began > START.toNanos()) {
                throw new PluginException(ErrorCode.UNAVAILABLE, "qemu-nbd does not come up for disk " + disk.id());
            }
            if (!process.isAlive()) {
                throw failure(disk, file, Files.readString(log.toPath()).strip());
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                call.throwIfCancelled();
                throw new PluginException(ErrorCode.CALL_CANCELLED, "the export was interrupted", e);
            }
        }
    }

    /** It listens before it looks at the disk, and greets those who came only when it has opened it: so a greeting is waited for. */
    private boolean greets(Duration patience) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (NbdChannel channel = NbdChannel.connect(socket, patience)) {
            return channel.receiveLong() == NbdProtocol.MAGIC;
        } catch (PluginException e) {
            if (e.code() != ErrorCode.UNAVAILABLE) {
                throw e; // the call was cancelled
            }
            return false;
        }
    }

    private static PluginException failure(ExportDisk disk, Path file, String output) {
        String said = output.substring(Math.max(0, output.length() - KEPT_OUTPUT));
        if (said.contains("lock") && said.contains("Failed to get")) {
            return new PluginException(
                    ErrorCode.BUSY, "disk " + disk.id() + " is in use: was the machine started? " + said);
        }
        if (said.contains("Permission denied")) {
            return new PluginException(ErrorCode.PERMISSION_DENIED, "disk " + disk.id() + " may not be read: " + said);
        }
        return new PluginException(
                ErrorCode.CALL_FAILED, "disk " + disk.id() + " (" + file + ") cannot be opened: " + said);
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        process.close();
    }
}
