package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrivateLibvirtdTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void a_machine_defined_in_one_is_not_seen_by_another() {
        try (PrivateLibvirtd one = PrivateLibvirtd.start();
                PrivateLibvirtd other = PrivateLibvirtd.start()) {
            one.define(domain("web"));
            assertThat(one.virsh("list", "--all", "--name")).contains("web");
            assertThat(other.virsh("list", "--all", "--name")).doesNotContain("web");
        }
    }

    @Test
    void machines_run_and_outlive_its_daemon_and_nothing_outlives_the_lab() {
        Path lab;
        Set<Path> processes;
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start()) {
            lab = libvirtd.inside("/");
            libvirtd.define(domain("web"));
            libvirtd.virsh("start", "web");
            processes = namespace(lab);
            assertThat(processes).extracting(PrivateLibvirtdTest::program).contains("qemu-system-x86_64", "libvirtd");

            libvirtd.killDaemon();
            assertThatThrownBy(() -> libvirtd.virsh("list")).hasMessageContaining("libvirt-sock");
            libvirtd.startDaemon();
            assertThat(libvirtd.virsh("domstate", "web")).contains("running");

            libvirtd.crash("web");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(libvirtd.virsh("domstate", "web")).contains("shut off"));
        }
        assertThat(processes).filteredOn(Files::exists).isEmpty();
        assertThat(lab).doesNotExist();
    }

    @Test
    void a_killed_test_leaves_no_process_and_no_folder() throws Exception {
        PrivateLibvirtd.start().close(); // skips where there is none
        Process test = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LibvirtdMain.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(test.getInputStream(), StandardCharsets.UTF_8))) {
            Path lab = Path.of(out.readLine());
            Set<Path> processes = namespace(lab);
            assertThat(processes).hasSizeGreaterThanOrEqualTo(3);

            test.destroyForcibly();

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(processes).filteredOn(Files::exists).isEmpty());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lab).doesNotExist());
        } finally {
            test.destroyForcibly();
        }
    }

    /** All processes in the namespace of the one that was started with this lab's folder. */
    private static Set<Path> namespace(Path lab) {
        Optional<Path> first = processes().stream()
                .filter(process -> words(process).contains("private-libvirtd")
                        && words(process).contains(lab.toString()))
                .filter(process -> !program(process).equals("unshare"))
                .findFirst();
        Optional<Path> namespace = first.flatMap(PrivateLibvirtdTest::namespaceOf);
        assertThat(namespace).isPresent();
        return processes().stream()
                .filter(process -> namespaceOf(process).equals(namespace))
                .collect(Collectors.toSet());
    }

    private static List<Path> processes() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> namespaceOf(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("ns/pid")));
        } catch (IOException e) {
            return Optional.empty(); // it ended
        }
    }

    private static String program(Path process) {
        return Path.of(words(process).getFirst()).getFileName().toString();
    }

    private static List<String> words(Path process) {
        try {
            return List.of(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            return List.of(""); // it ended
        }
    }

    private static String domain(String name) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices>
                </domain>
                """.formatted(name);
    }
}
