package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.testkit.GuestCounters;
import dev.plugbay.testkit.GuestMachine;
import dev.plugbay.testkit.PrivateLibvirtd;
import java.io.IOException;
import java.io.RandomAccessFile;
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
    GuestMachine guest(String name) {
        return GuestMachine.define(libvirtd, name);
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
    void assertNothingLeft(GuestMachine guest) {
        assertNothingLeft(guest, scratch);
    }

    /** The same for exports that had another scratch folder. */
    void assertNothingLeft(GuestMachine guest, Path scratch) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> {
                    assertThat(leftovers(scratch)).as("what exports have left").isEmpty();
                    if (guest.running()) {
                        assertThat(libvirtd.virsh("domjobinfo", guest.name())).containsPattern("Job type:\\s+None");
                    }
                });
        assertThat(libvirtd.virsh("checkpoint-list", "--name", guest.name())).isBlank();
        assertThat(libvirtd.virsh("snapshot-list", "--name", guest.name())).isBlank();
    }

    @Override
    public void close() {
        libvirtd.close();
    }

    /** Whether raw copies of both disks are of one moment; which one. */
    static GuestCounters counters(Path vda, Path vdb) {
        return GuestCounters.read(vda, vdb).assertSameMoment();
    }

    /** Whether ext4 would have to replay its journal: the bit "needs recovery" of the superblock's incompatible features. */
    static boolean journalIsDirty(Path data) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "r")) {
            file.seek((48L << 20) + 1024 + 0x38);
            assertThat(Short.reverseBytes(file.readShort())).as("ext4's magic").isEqualTo((short) 0xef53);
            file.seek((48L << 20) + 1024 + 0x60);
            return (Integer.reverseBytes(file.readInt()) & 4) != 0;
        }
    }
}
