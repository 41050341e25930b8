package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A libvirtd of the test's own, with QEMU: neither the machine's libvirt nor another test's sees it or is seen by it.
 *
 * <p>It runs in mount and process namespaces of its own, where {@code /etc/libvirt}, {@code /run/libvirt} and the like are folders of the lab, and is reached by the
 * socket that {@link #uri} names. All else of the file system is shared, so paths of disks mean the same on both sides. Everything in it ends with
 * {@link #close}, or when this JVM ends, however it ends. Domains need {@code type='qemu'}: nothing depends on KVM.
 *
 * <p>It takes root, {@code unshare}, and the packages {@code libvirt-daemon-system libvirt-clients qemu-system-x86}. Where it cannot be had, {@link #start} skips the test, with the reason; with
 * {@code CI=true} it fails it. Not for use by several threads.
 */
public final class PrivateLibvirtd implements AutoCloseable {
    private static final String SCRIPT = "private-libvirtd.sh";
    private static final long CLOSE_SECONDS = 60;
    private static final long VIRSH_SECONDS = 120;
    private static final long ANSWER_SECONDS = 120;
    private static final long LOOK_AGAIN_MILLIS = 5;

    private final Path lab;
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private PrivateLibvirtd(Path lab, Process process) {
        this.lab = lab;
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts one and waits until it answers. */
    public static PrivateLibvirtd start() {
        unavailable().ifPresent(PrivateLibvirtd::skip);
        try {
            Path lab = Files.createTempDirectory(
                            "plugbay-libvirt-",
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")))
                    .toRealPath();
            settings(Files.createDirectories(lab.resolve("etc/libvirt")));
            Files.createDirectory(lab.resolve("disks"));
            Process process = new ProcessBuilder(
                            "unshare",
                            "--mount",
                            "--pid",
                            "--fork",
                            "--kill-child",
                            "--mount-proc",
                            "bash",
                            "-c",
                            script(),
                            "private-libvirtd",
                            lab.toString())
                    .redirectError(lab.resolve("lab.err").toFile())
                    .start();
            PrivateLibvirtd libvirtd = new PrivateLibvirtd(lab, process);
            Optional<String> failure = libvirtd.failure();
            if (failure.isPresent()) {
                String errors = Files.readString(lab.resolve("lab.err"));
                libvirtd.close();
                skip("a private libvirtd cannot be started: " + failure.get() + ": " + errors);
            }
            return libvirtd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why none can be started here, as far as can be told without trying. */
    public static Optional<String> unavailable() {
        for (String program : List.of("unshare", "bash", "libvirtd", "virtlogd", "virsh", "qemu-system-x86_64")) {
            if (!installed(program)) {
                return Optional.of(
                        program
                                + " is not installed (packages libvirt-daemon-system libvirt-clients qemu-system-x86 util-linux)");
            }
        }
        return "root".equals(System.getProperty("user.name"))
                ? Optional.empty()
                : Optional.of("a private libvirtd needs namespaces that only root may make");
    }

    private static boolean installed(String program) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "") + ":/usr/sbin:/sbin";
        return Stream.of(path.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static void skip(String reason) {
        assertThat("true".equals(System.getenv("CI")))
                .as("where CI=true nothing is skipped, but %s", reason)
                .isFalse();
        assumeTrue(false, reason);
    }

    private static void settings(Path etc) throws IOException {
        Files.writeString(etc.resolve("libvirtd.conf"), """
                unix_sock_rw_perms = "0777"
                auth_unix_ro = "none"
                auth_unix_rw = "none"
                """);
        // What lies outside of the namespaces - profiles of AppArmor, control groups - is not touched.
        Files.writeString(etc.resolve("qemu.conf"), """
                security_driver = "none"
                cgroup_controllers = []
                namespaces = []
                """);
    }

    private static String script() throws IOException {
        try (InputStream in = Objects.requireNonNull(PrivateLibvirtd.class.getResourceAsStream(SCRIPT))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** How it is reached. */
    public String uri() {
        return "qemu+unix:///system?socket=" + lab.resolve("run/libvirt/libvirt-sock");
    }

    /** A folder for disks, that may be entered by the user whom QEMU runs as. It is removed with everything else. */
    public Path disks() {
        return lab.resolve("disks");
    }

    /** Where libvirtd keeps what it would keep at {@code path}, such as {@code /var/log/libvirt/qemu/guest.log}. */
    public Path inside(String path) {
        return lab.resolve(path.substring(1));
    }

    /** Defines a domain from its XML. */
    public void define(String xml) {
        virshWith("define", xml);
    }

    /** Starts a domain that is gone once it ends, from its XML. */
    public void create(String xml) {
        virshWith("create", xml);
    }

    private void virshWith(String command, String xml) {
        try {
            Path file = Files.createTempFile(lab, "domain-", ".xml");
            Files.writeString(file, xml);
            virsh(command, file.toString());
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs virsh on it, fails unless it succeeds, and gives what it printed. */
    public String virsh(String... arguments) {
        List<String> command = new ArrayList<>(List.of("virsh", "-q", "-c", uri()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private String run(List<String> command) {
        try {
            Path output = Files.createTempFile(lab, "virsh-", ".out");
            Process virsh = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = virsh.waitFor(VIRSH_SECONDS, TimeUnit.SECONDS);
            virsh.destroyForcibly();
            String printed = Files.readString(output);
            Files.delete(output);
            assertThat(ended && virsh.exitValue() == 0)
                    .as("%s printed: %s", command, printed)
                    .isTrue();
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command.getFirst() + " ran", e);
        }
    }

    /** The connections that it has, as it counts them. */
    public List<String> clients() {
        return admin("client-list", "libvirtd")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && Character.isDigit(line.charAt(0)))
                .map(line -> line.split("\\s+", 2)[0])
                .toList();
    }

    /** Ends one of them. */
    public void disconnect(String client) {
        admin("client-disconnect", "libvirtd", client);
    }

    /** Lets it have no more than so many. */
    public void limitClients(int most) {
        admin(
                "server-clients-set",
                "libvirtd",
                "--max-clients",
                String.valueOf(most),
                "--max-unauth-clients",
                String.valueOf(most));
    }

    private String admin(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "virt-admin", "-q", "-c", "libvirtd:///system?socket=" + inside("/run/libvirt/libvirt-admin-sock")));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Ends libvirtd in order; its machines go on. */
    public void stopDaemon() {
        order("stop");
    }

    /** Ends libvirtd at once; its machines go on. */
    public void killDaemon() {
        order("kill");
    }

    /** Starts libvirtd again. */
    public void startDaemon() {
        order("start");
    }

    /** Has libvirtd hang: it accepts connections, as its kernel does that, and answers nothing. */
    public void freezeDaemon() {
        order("freeze");
    }

    /** Ends {@link #freezeDaemon}. */
    public void thawDaemon() {
        order("thaw");
    }

    /** Kills the QEMU of a running domain. */
    public void crash(String domain) {
        order("crash " + domain);
    }

    /** Has the QEMU of a running domain hang: it answers nothing. */
    public void hang(String domain) {
        order("hang " + domain);
    }

    /** Ends {@link #hang}. */
    public void unhang(String domain) {
        order("unhang " + domain);
    }

    private void order(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(failure()).as("failure of \"%s\"", order).isEmpty();
    }

    private Optional<String> failure() {
        try {
            long began = System.nanoTime();
            while (!answers.ready() && process.isAlive()) {
                if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(ANSWER_SECONDS)) {
                    return Optional.of("it has not answered for " + ANSWER_SECONDS + " s");
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
            String answer = Objects.requireNonNullElse(answers.readLine(), "it ended");
            return answer.equals("ok") ? Optional.empty() : Optional.of(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("it was not waited for");
        }
    }

    /** Ends everything in it and removes its files. */
    @Override
    public void close() {
        try {
            orders.close();
            boolean ended = process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("the private libvirtd ended").isTrue();
            remove();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What it left, when it could not come up. */
    private void remove() throws IOException {
        if (Files.exists(lab)) {
            try (Stream<Path> all = Files.walk(lab)) {
                for (Path path :
                        all.sorted((one, other) -> other.compareTo(one)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
