package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.DiskSource;
import dev.plugbay.cloud.DiskWriter;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.testkit.TestCall;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the real qemu-nbd. */
@Timeout(120)
class NbdDiskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MIB = 1 << 20;

    @TempDir
    Path temp;

    @BeforeAll
    static void peer() {
        Needed.program("qemu-nbd", "qemu-utils");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 511, 512, 4096, 65_537, 1_000_001, 5 * MIB + 512})
    void reads_full_images_of_any_size(long size) throws Exception {
        Path image = image(size, List.of(0L));
        Path copy = copy(image, "raw");
        // QEMU fills the last sector up with zeros.
        Needed.run("truncate", "--size=%512", image);
        assertThat(copy).hasSameBinaryContentAs(image);
    }

    @Test
    void reads_data_among_holes_and_leaves_the_holes() throws Exception {
        Path image = image(64L * MIB, List.of(0L, 7L * MIB + 4096, 63L * MIB));
        Path copy = copy(image, "raw");
        assertThat(copy).hasSameBinaryContentAs(image);
        assertThat(allocated(copy)).isLessThan(4L * MIB);
    }

    @Test
    void asks_only_for_what_is_data() throws Exception {
        Path image = image(64L * MIB, List.of(10L * MIB));
        long read = 0;
        try (NbdPeer peer = NbdPeer.serve(image, "raw");
                NbdDisk disk = NbdDisk.open(peer.socket, NbdPeer.EXPORT, PATIENCE)) {
            for (long at = 0; at < disk.size(); ) {
                DiskSource.Extent extent = disk.extent(at);
                read += extent.data() ? extent.length() : 0;
                at += extent.length();
            }
        }
        assertThat(read).isEqualTo(MIB);
    }

    @Test
    void reads_many_small_extents() throws Exception {
        List<Long> places = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            places.add(i * 192L * 1024);
        }
        Path image = image(64L * MIB, places, 4096);
        assertThat(copy(image, "raw")).hasSameBinaryContentAs(image);
    }

    @Test
    void reads_what_the_guest_sees_of_a_qcow2_image() throws Exception {
        Path image = image(16L * MIB, List.of(0L, 9L * MIB));
        Path qcow2 = temp.resolve("disk.qcow2");
        Needed.run("qemu-img", "convert", "-O", "qcow2", image, qcow2);
        assertThat(copy(qcow2, "qcow2")).hasSameBinaryContentAs(image);
    }

    @Test
    void an_unknown_export_is_not_found() throws Exception {
        try (NbdPeer peer = NbdPeer.serve(image(4096, List.of(0L)), "raw")) {
            assertFails(ErrorCode.NOT_FOUND, () -> NbdDisk.open(peer.socket, "vdz", PATIENCE));
        }
    }

    @Test
    void a_server_that_is_not_there_is_unavailable() {
        assertFails(ErrorCode.UNAVAILABLE, () -> NbdDisk.open(temp.resolve("none.sock"), "vda", PATIENCE));
    }

    @Test
    void a_server_that_dies_in_the_middle_is_unavailable() throws Exception {
        Path image = image(32L * MIB, List.of(0L));
        try (NbdPeer peer = NbdPeer.serve(image, "raw");
                NbdDisk disk = NbdDisk.open(peer.socket, NbdPeer.EXPORT, PATIENCE)) {
            disk.extent(0);
            disk.read(ByteBuffer.allocate(1000), 0);
            peer.kill();
            assertFails(ErrorCode.UNAVAILABLE, () -> readAll(disk, 1000));
        }
    }

    @Test
    void a_server_that_hangs_is_unavailable_after_a_while() throws Exception {
        Path image = image(32L * MIB, List.of(0L));
        try (NbdPeer peer = NbdPeer.serve(image, "raw");
                NbdDisk disk = NbdDisk.open(peer.socket, NbdPeer.EXPORT, Duration.ofSeconds(5))) {
            disk.extent(0);
            Needed.run("kill", "-STOP", peer.pid());
            PluginException failure = assertFails(ErrorCode.UNAVAILABLE, () -> readAll(disk, 0));
            assertThat(failure).hasMessageContaining("silent");
        }
    }

    @Test
    void a_cancel_ends_the_wait_for_a_server_that_hangs() throws Exception {
        Path image = image(32L * MIB, List.of(0L));
        try (NbdPeer peer = NbdPeer.serve(image, "raw");
                NbdDisk disk = NbdDisk.open(peer.socket, NbdPeer.EXPORT, Duration.ofDays(1))) {
            disk.extent(0);
            Needed.run("kill", "-STOP", peer.pid());
            TestCall call = new TestCall();
            Thread reader = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                await().atMost(PATIENCE.multipliedBy(3))
                        .until(() -> Arrays.stream(reader.getStackTrace())
                                .anyMatch(frame -> frame.getMethodName().equals("select")));
                call.cancel();
            });
            assertFails(ErrorCode.CALL_CANCELLED, () -> call.run(() -> readAll(disk, 0)));
        }
    }

    @Test
    void an_interrupt_ends_the_wait_as_a_cancel() throws Exception {
        Path image = image(32L * MIB, List.of(0L));
        try (NbdPeer peer = NbdPeer.serve(image, "raw");
                NbdDisk disk = NbdDisk.open(peer.socket, NbdPeer.EXPORT, Duration.ofDays(1))) {
            disk.extent(0);
            Thread.currentThread().interrupt();
            assertFails(ErrorCode.CALL_CANCELLED, () -> readAll(disk, 0));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static void readAll(NbdDisk disk, long from) {
        for (long at = from; at < disk.size(); ) {
            at += disk.read(ByteBuffer.allocate(64 * 1024), at);
        }
    }

    private static PluginException assertFails(
            ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        PluginException failure = catchThrowableOfType(PluginException.class, work);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        return failure;
    }

    private Path copy(Path image, String format) throws Exception {
        Path folder = Files.createDirectory(temp.resolve("copy"));
        try (NbdPeer peer = NbdPeer.serve(image, format);
                NbdDisk disk = NbdDisk.open(peer.socket, NbdPeer.EXPORT, PATIENCE)) {
            ExportedFile file = DiskWriter.builder(folder).build().write("copy.raw", disk);
            return file.path();
        }
    }

    private Path image(long size, List<Long> places) throws IOException {
        return image(size, places, (int) Math.min(MIB, size));
    }

    /** An image with random bytes at some places; a single place at 0 of a small image fills it. */
    private Path image(long size, List<Long> places, int length) throws IOException {
        Path image = temp.resolve("disk.raw");
        Random random = new Random(size);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(size);
            boolean full = places.equals(List.of(0L));
            for (long at : places) {
                byte[] bytes = new byte[full ? (int) size : length];
                random.nextBytes(bytes);
                file.seek(at);
                file.write(bytes);
            }
        }
        return image;
    }

    private static long allocated(Path file) throws Exception {
        return Long.parseLong(Needed.run("stat", "--format=%b", file).strip()) * 512;
    }
}
