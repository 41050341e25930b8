package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.testkit.GuestCounters;
import dev.plugbay.testkit.GuestDisks;
import dev.plugbay.testkit.PrivateLibvirtd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A libvirtd of the test's own, with guests that write to two disks each: the first raw, the second qcow2. */
final class ExportLab implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    final PrivateLibvirtd libvirtd;
    final Path scratch;

    private ExportLab(PrivateLibvirtd libvirtd, Path scratch) {
        this.libvirtd = libvirtd;
        this.scratch = scratch;
    }

    static ExportLab start() throws IOException {
        Needed.program("qemu-nbd", "qemu-utils");
        PrivateLibvirtd libvirtd = PrivateLibvirtd.start();
        Path scratch = Files.createDirectory(
                libvirtd.inside("/s"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        return new ExportLab(libvirtd, scratch);
    }

    /** The plugin, connected to it. */
    LibvirtFixture plugin() {
        return LibvirtFixture.of(libvirtd.uri(), "scratch", scratch.toString());
    }

    /** A guest that is defined and not started. */
    Guest guest(String name) throws Exception {
        return define(name, Files.createDirectory(libvirtd.disks().resolve(name)));
    }

    private Guest define(String name, Path folder) throws Exception {
        GuestDisks disks = GuestDisks.shared().copyTo(folder);
        Path data = folder.resolve("data.qcow2");
        Needed.run("qemu-img", "convert", "-O", "qcow2", disks.data(), data);
        Files.delete(disks.data());
        Guest guest = new Guest(name, folder, disks.boot(), data);
        libvirtd.define(guest.xml());
        guest.uuid = libvirtd.virsh("domuuid", name).strip();
        return guest;
    }

    /** What exports have left anywhere: folders in the scratch folder, and processes that were given one. */
    private static List<String> leftovers(Path scratch) {
        try (Stream<Path> all = Files.walk(scratch);
                Stream<Path> processes = Files.list(Path.of("/proc"))) {
            Stream<String> files = all.filter(
                            path -> scratch.relativize(path).toString().startsWith("plugbay-"))
                    .filter(path -> scratch.relativize(path).getNameCount() > 1)
                    .map(Path::toString);
            Stream<String> commands = processes
                    .map(ExportLab::command)
                    .filter(command -> command.contains(scratch.toString()) && command.contains("qemu-"));
            return Stream.concat(files, commands).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // no process, or one that has ended
        }
    }

    /** Nothing is left of any export of a guest: at libvirt, in files, among the processes. */
    void assertNothingLeft(Guest guest) {
        assertNothingLeft(guest, scratch);
    }

    /** The same for exports that had another scratch folder. */
    void assertNothingLeft(Guest guest, Path scratch) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(leftovers(scratch)).as("what exports have left").isEmpty();
            if (libvirtd.virsh("domstate", guest.name).contains("running")) {
                assertThat(libvirtd.virsh("domjobinfo", guest.name)).containsPattern("Job type:\\s+None");
            }
        });
        assertThat(libvirtd.virsh("checkpoint-list", "--name", guest.name)).isBlank();
        assertThat(libvirtd.virsh("snapshot-list", "--name", guest.name)).isBlank();
    }

    @Override
    public void close() {
        libvirtd.close();
    }

    /** One of its guests. */
    final class Guest {
        final String name;
        final Path folder;
        final Path boot;
        final Path data;
        private String uuid = "";

        private Guest(String name, Path folder, Path boot, Path data) {
            this.name = name;
            this.folder = folder;
            this.boot = boot;
            this.data = data;
        }

        String uuid() {
            return uuid;
        }

        Path console() {
            return folder.resolve("console.log");
        }

        String xml() {
            return """
                    <domain type='qemu'>
                      <name>%s</name>
                      <memory unit='MiB'>160</memory>
                      <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
                      <features><acpi/></features>
                      <devices>
                        <emulator>/usr/bin/qemu-system-x86_64</emulator>
                        <disk type='file' device='disk'>
                          <driver name='qemu' type='raw'/><source file='%s'/><target dev='vda' bus='virtio'/>
                        </disk>
                        <disk type='file' device='disk'>
                          <driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vdb' bus='virtio'/>
                        </disk>
                        <disk type='file' device='cdrom'><target dev='hda' bus='ide'/><readonly/></disk>
                        <serial type='file'><source path='%s'/></serial>
                        <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                      </devices>
                    </domain>
                    """.formatted(name, boot, data, console());
        }

        /** Starts it and waits until it writes. */
        Guest boot() {
            libvirtd.virsh("start", name);
            return awaitWriting();
        }

        Guest awaitWriting() {
            long before = wrote();
            await().atMost(PATIENCE).until(() -> wrote() > before);
            return this;
        }

        /** How often it said that it wrote, or booted. */
        private long wrote() {
            try {
                return Files.exists(console())
                        ? Files.readString(console())
                                .lines()
                                .filter(line -> line.startsWith(GuestDisks.WROTE))
                                .count()
                        : 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void destroy() {
            libvirtd.virsh("destroy", name);
        }

        void shutDown() {
            libvirtd.virsh("shutdown", name);
            await().atMost(PATIENCE)
                    .until(() -> libvirtd.virsh("domstate", name).contains("shut off"));
        }

        /** Raw copies of both disks, as a machine would see them now; it must not be writing. */
        List<Path> copies(Path into) throws Exception {
            Path first = into.resolve("vda.raw");
            Path second = into.resolve("vdb.raw");
            Needed.run("qemu-img", "convert", "-U", "-f", "raw", "-O", "raw", boot, first);
            Needed.run("qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw", data, second);
            return List.of(first, second);
        }
    }

    /** Whether raw copies of both disks are of one moment; which one. */
    static GuestCounters counters(Path vda, Path vdb) {
        return GuestCounters.read(vda, vdb).assertSameMoment();
    }
}
