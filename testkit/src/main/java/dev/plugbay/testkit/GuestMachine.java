package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A machine of a {@link PrivateLibvirtd} that runs the {@link GuestDisks guest} on copies of its disks, the first raw and the second qcow2; with an empty CD-ROM drive and a channel for the
 * guest's agent.
 */
public final class GuestMachine {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final PrivateLibvirtd libvirtd;
    private final String name;
    private final Path folder;
    private final String uuid;

    private GuestMachine(PrivateLibvirtd libvirtd, String name, Path folder, String uuid) {
        this.libvirtd = libvirtd;
        this.name = name;
        this.folder = folder;
        this.uuid = uuid;
    }

    /** Defines one; it is off. */
    public static GuestMachine define(PrivateLibvirtd libvirtd, String name) {
        try {
            Path folder = Files.createDirectory(libvirtd.disks().resolve(name));
            GuestDisks disks = GuestDisks.shared().copyTo(folder);
            run(
                    "qemu-img",
                    "convert",
                    "-O",
                    "qcow2",
                    disks.data().toString(),
                    folder.resolve("data.qcow2").toString());
            Files.delete(disks.data());
            libvirtd.define(xml(name, folder));
            return new GuestMachine(
                    libvirtd, name, folder, libvirtd.virsh("domuuid", name).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String xml(String name, Path folder) {
        return """
                <domain type='qemu'>
                  <name>%s</name>
                  <memory unit='MiB'>160</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>
                  <features><acpi/></features>
                  <devices>
                    <emulator>/usr/bin/qemu-system-x86_64</emulator>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='raw'/><source file='%2$s/boot.raw'/><target dev='vda' bus='virtio'/>
                    </disk>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='qcow2'/><source file='%2$s/data.qcow2'/><target dev='vdb' bus='virtio'/>
                    </disk>
                    <disk type='file' device='cdrom'><target dev='hda' bus='ide'/><readonly/></disk>
                    <serial type='file'><source path='%2$s/console.log'/></serial>
                    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
                  </devices>
                </domain>
                """.formatted(name, folder);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its UUID. */
    public String uuid() {
        return uuid;
    }

    /** Its first disk, raw. */
    public Path boot() {
        return folder.resolve("boot.raw");
    }

    /** Its second disk, qcow2. */
    public Path data() {
        return folder.resolve("data.qcow2");
    }

    /** What it has said on its serial console. */
    public Path console() {
        return folder.resolve("console.log");
    }

    /** Starts it and waits until it writes. */
    public GuestMachine start() {
        libvirtd.virsh("start", name);
        awaitWriting();
        return this;
    }

    /** Waits until it says that it has written more. */
    public void awaitWriting() {
        awaitMore(console(), GuestDisks.WROTE);
    }

    /** Waits until a console has one more line that begins like this. */
    public static void awaitMore(Path console, String beginning) {
        long before = lines(console, beginning);
        await("\"" + beginning + "\" in " + console, () -> lines(console, beginning) > before);
    }

    private static long lines(Path console, String beginning) {
        try {
            return Files.exists(console)
                    ? Files.readString(console, StandardCharsets.ISO_8859_1)
                            .lines()
                            .filter(line -> line.startsWith(beginning))
                            .count()
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes its power away. */
    public void destroy() {
        libvirtd.virsh("destroy", name);
    }

    /** Has it shut down, and waits for that. */
    public void shutDown() {
        libvirtd.virsh("shutdown", name);
        awaitOff();
    }

    /** Waits until libvirt knows that it is off. */
    public void awaitOff() {
        await(name + " to be off", () -> libvirtd.virsh("domstate", name).contains("shut off"));
    }

    /** Whether it runs. */
    public boolean running() {
        return libvirtd.virsh("domstate", name).contains("running");
    }

    /** Raw copies of both disks, as it would see them now; it must not be writing. */
    public List<Path> copies(Path into) {
        Path first = into.resolve("vda.raw");
        Path second = into.resolve("vdb.raw");
        run("qemu-img", "convert", "-U", "-f", "raw", "-O", "raw", boot().toString(), first.toString());
        run("qemu-img", "convert", "-U", "-f", "qcow2", "-O", "raw", data().toString(), second.toString());
        return List.of(first, second);
    }

    private static void await(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - began)
                    .as("nanoseconds waited for %s", what)
                    .isLessThan(PATIENCE.toNanos());
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for " + what, e);
            }
        }
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.onExit().join().exitValue())
                    .as("%s printed: %s", List.of(command), output)
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
