package dev.plugbay.daemon;

import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.StoredArtifacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Examines a home folder and what it stands on, whether a host runs in it or not, and changes nothing: what {@code plugbay doctor} cannot see for
 * itself, because it knows no database and no artifacts.
 */
final class Examination {
    private static final long TEMPORARY_BYTES = 16L << 20;

    private final DaemonOptions options;
    private final Path home;
    private final List<Finding> findings = new ArrayList<>();

    Examination(DaemonOptions options) {
        this.options = options;
        this.home = options.home();
    }

    /**
     * One thing that was looked at.
     *
     * @param check what
     * @param outcome {@code ok}, {@code warn} or {@code fail}
     * @param detail what was seen
     * @param remedy what to do; empty if nothing
     */
    record Finding(String check, String outcome, String detail, String remedy) {
        static Finding ok(String check, String detail) {
            return new Finding(check, "ok", detail, "");
        }

        static Finding warn(String check, String detail, String remedy) {
            return new Finding(check, "warn", detail, remedy);
        }

        static Finding fail(String check, String detail, String remedy) {
            return new Finding(check, "fail", detail, remedy);
        }

        static Finding fail(String check, PlugbayException failure) {
            return fail(
                    check,
                    failure.detail() + " (" + failure.code() + ")",
                    failure.remedy().orElse(""));
        }
    }

    /** Everything that was found. */
    List<Finding> findings() {
        descriptors();
        temporary();
        if (Files.isDirectory(home) && !(Files.isReadable(home) && Files.isExecutable(home))) {
            findings.add(Finding.fail(
                    "home folder",
                    home + " may not be read by \"" + System.getProperty("user.name")
                            + "\", so nothing in it was examined (PermissionDenied)",
                    "Run as the user that it belongs to, or name another folder with PLUGBAY_HOME."));
            return List.copyOf(findings);
        }
        Optional<String> holder = HomeLock.holder(home);
        boolean runs = holder.isPresent();
        configuration(runs);
        if (Files.isDirectory(home)) {
            holder.ifPresent(this::held);
            killed(runs);
            findings.addAll(new DatabaseExamination(home, Clock.systemUTC()).findings());
            artifacts(runs);
        }
        return List.copyOf(findings);
    }

    private void descriptors() {
        OptionalLong limit = Descriptors.limit();
        if (limit.isPresent() && limit.getAsLong() < Descriptors.NEEDED) {
            findings.add(Finding.fail(
                    "open files",
                    "only " + limit.getAsLong() + " allowed here, and a host needs " + Descriptors.NEEDED,
                    Descriptors.REMEDY));
        } else {
            findings.add(Finding.ok("open files", limit.isPresent() ? "up to " + limit.getAsLong() : "not limited"));
        }
    }

    private void temporary() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        String remedy =
                "Make room in " + folder + ", or name another folder with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR.";
        try {
            Path file = Files.createTempFile(folder, "plugbay-doctor", "");
            Files.delete(file);
            long free = Files.getFileStore(folder).getUsableSpace();
            if (free < TEMPORARY_BYTES) {
                findings.add(Finding.fail("temporary", "only " + free + " bytes free in " + folder, remedy));
            } else {
                findings.add(Finding.ok("temporary", folder.toString()));
            }
        } catch (IOException e) {
            findings.add(Finding.fail(
                    "temporary", FileFailures.of("write to", folder, e).detail(), remedy));
        }
    }

    private void configuration(boolean runs) {
        Settings settings;
        try {
            settings =
                    new SettingsReader(home.resolve("plugbay.yaml"), options, new PluginFolders(options, home)).read();
        } catch (PlugbayException e) {
            findings.add(Finding.fail("plugbay.yaml", e));
            return;
        }
        findings.add(Finding.ok(
                "plugbay.yaml",
                Files.exists(home.resolve("plugbay.yaml")) ? "understood" : "none, and none is needed"));
        if (!runs && settings.listenPort() != 0) {
            port(settings);
        }
    }

    private void port(Settings settings) {
        String where = settings.listenHost() + ":" + settings.listenPort();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(settings.listenHost()), settings.listenPort()));
            findings.add(Finding.ok("port", where + " is free"));
        } catch (IOException e) {
            findings.add(
                    Finding.fail(
                            "port",
                            where + " cannot be used: " + e.getMessage(),
                            "Start the host with --port 0 for a free one, or name another with --port or \"listen\" in plugbay.yaml."));
        }
    }

    /** A host that has the home folder and says where it serves answers for itself. */
    private void held(String process) {
        if (Files.notExists(home.resolve("run").resolve("daemon.json"))) {
            findings.add(Finding.warn(
                    "host",
                    "process " + process
                            + " has this home folder, but does not say where it serves: it is starting or stopping, or hangs",
                    "Wait a moment. If it stays so, read log/plugbay.log in the home folder, and end it: kill "
                            + process + "."));
        }
    }

    private void killed(boolean runs) {
        if (!runs && Files.exists(home.resolve("run").resolve("daemon.json"))) {
            findings.add(Finding.warn(
                    "last host",
                    "was killed, or the machine went down: its run/daemon.json is left",
                    "Nothing is to be done: the next start clears up after it."));
        }
    }

    private void artifacts(boolean runs) {
        try {
            StoredArtifacts.Found found = StoredArtifacts.examine(home);
            found.damaged()
                    .forEach(
                            sha256 -> findings.add(
                                    Finding.fail(
                                            "artifacts",
                                            "sha256:" + sha256 + " is damaged (ArtifactCorrupt)",
                                            "Install the plugin again, or restart the host if it comes from a folder; and examine the disk.")));
            if (!runs && !found.staging().isEmpty()) {
                findings.add(Finding.warn(
                        "artifacts",
                        found.staging().size() + " left half stored by a host that was killed",
                        "Nothing is to be done: the next start removes them."));
            }
            if (found.damaged().isEmpty()) {
                findings.add(Finding.ok("artifacts", found.intact() + " intact"));
            }
        } catch (IOException | PlugbayException e) {
            findings.add(Finding.fail(
                    "artifacts", "cannot be read: " + e.getMessage(), "Check owner and rights of " + home + "."));
        }
    }

    /** Prints what was found, for the program that asked. */
    static byte[] print(DaemonOptions options) {
        return new Json(new Redactor()).write(Map.of("items", new Examination(options).findings()));
    }
}
