package dev.plugbay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskWriterTest {
    @TempDir
    Path temp;

    Path out;
    final List<Progress> reports = new ArrayList<>();

    @BeforeEach
    void folder() throws IOException {
        out = Files.createDirectory(temp.resolve("out"));
    }

    private DiskWriter writer() {
        return DiskWriter.builder(out).progress(reports::add).build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void copies_every_byte_keeps_holes_and_hashes_their_zeros(boolean askForHoles) throws IOException {
        Path image = Disks.sparse(temp.resolve("image"), 33);
        ExportedFile file;
        try (DiskSource source = FileSource.open(image, askForHoles)) {
            file = writer().write("disk.raw", source);
        }
        assertThat(file.path()).isEqualTo(out.resolve("disk.raw"));
        assertThat(Files.mismatch(image, file.path())).isEqualTo(-1);
        assertThat(file.bytes()).isEqualTo(33L * Disks.MIB).isEqualTo(Files.size(file.path()));
        assertThat(file.sha256()).isEqualTo(Disks.sha256(image));
        assertThat(Disks.stored(file.path())).isEqualTo(17L * Disks.MIB);
    }

    @Test
    void knows_the_holes_of_a_file() throws IOException {
        Path image = Disks.sparse(temp.resolve("image"), 4);
        try (DiskSource source = DiskSource.file(image)) {
            assertThat(source.extent(0)).isEqualTo(new DiskSource.Extent(Disks.MIB, true));
            assertThat(source.extent(100)).isEqualTo(new DiskSource.Extent(Disks.MIB - 100, true));
            assertThat(source.extent(Disks.MIB)).isEqualTo(new DiskSource.Extent(Disks.MIB, false));
            assertThat(source.extent(3 * Disks.MIB + 5)).isEqualTo(new DiskSource.Extent(Disks.MIB - 5, false));
            assertThat(source.allocatedBytes()).hasValue(2L * Disks.MIB);
        }
    }

    @Test
    void never_reads_what_the_source_knows_to_be_zeros() throws IOException {
        byte[] data = random(100_000);
        DiskSource mapped = new DiskSource() {
            @Override
            public long size() {
                return 500_000_000;
            }

            @Override
            public Extent extent(long offset) {
                return offset < data.length
                        ? new Extent(data.length - offset, true)
                        : new Extent(size() - offset, false);
            }

            @Override
            public int read(ByteBuffer into, long offset) {
                assertThat(offset).isLessThan(data.length);
                int count = Math.min(into.remaining(), 1000);
                into.put(data, (int) offset, count);
                return count;
            }
        };
        ExportedFile file = writer().write("disk.raw", mapped);
        assertThat(file.bytes()).isEqualTo(500_000_000).isEqualTo(Files.size(file.path()));
        assertThat(file.sha256()).isEqualTo(Disks.sha256(file.path()));
        assertThat(Disks.stored(file.path())).isLessThan(200_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 64 * 1024, 512 * 1024, 512 * 1024 + 1, 3_000_000})
    void writes_streams_of_any_length(int length) throws IOException {
        byte[] data = random(length);
        ExportedFile file;
        try (DiskSource source = DiskSource.stream(new ByteArrayInputStream(data), length)) {
            file = writer().write("disk.raw", source);
        }
        assertThat(Files.readAllBytes(file.path())).isEqualTo(data);
        assertThat(file.sha256()).isEqualTo(Disks.sha256(file.path()));
        assertThat(reports.getLast().percent()).isEqualTo(100);
    }

    @Test
    void zeros_in_a_stream_become_holes() throws IOException {
        byte[] data = new byte[8 * Disks.MIB];
        data[5 * Disks.MIB] = 1;
        ExportedFile file = writer().write(
                        "disk.raw",
                        DiskSource.channel(Channels.newChannel(new ByteArrayInputStream(data)), data.length));
        assertThat(Files.readAllBytes(file.path())).isEqualTo(data);
        assertThat(Disks.stored(file.path())).isLessThanOrEqualTo(64 * 1024);
        assertThat(file.sha256()).isEqualTo(Disks.sha256(file.path()));
    }

    @Test
    void compresses_and_hashes_the_compressed_file() throws IOException {
        Path image = Disks.sparse(temp.resolve("image"), 8);
        ExportedFile file;
        try (DiskSource source = DiskSource.file(image)) {
            file = DiskWriter.builder(out)
                    .compression(Compression.GZIP)
                    .compressionLevel(1)
                    .progress(reports::add)
                    .build()
                    .write("disk.raw.gz", source);
        }
        assertThat(file.bytes()).isEqualTo(Files.size(file.path())).isLessThan(5L * Disks.MIB);
        assertThat(file.sha256()).isEqualTo(Disks.sha256(file.path()));
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file.path()))) {
            assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(image));
        }
        assertMonotonic();
    }

    @Test
    void progress_never_goes_back_and_ends_at_100() throws IOException {
        try (DiskSource source = DiskSource.file(Disks.sparse(temp.resolve("image"), 64))) {
            writer().write("disk.raw", source);
        }
        assertThat(reports).hasSizeBetween(10, 1000);
        assertThat(reports.getFirst().percent()).isZero();
        assertMonotonic();
    }

    @Test
    void progress_of_several_disks_is_that_of_all() throws IOException {
        DiskWriter writer = DiskWriter.builder(out)
                .progress(reports::add)
                .totalBytes(16L * Disks.MIB)
                .build();
        for (String name : List.of("a", "b")) {
            try (DiskSource source = DiskSource.file(Disks.sparse(temp.resolve(name), 8))) {
                writer.write(name, source);
            }
        }
        assertMonotonic();
        assertThat(reports).anyMatch(report -> report.bytesDone() == 8L * Disks.MIB && report.percent() == 50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_cancelled_write_stops_and_leaves_no_file(boolean gzip) throws IOException {
        Path image = Disks.sparse(temp.resolve("image"), 64);
        try (TestCall call = TestCall.begin();
                DiskSource source = DiskSource.file(image)) {
            DiskWriter writer = DiskWriter.builder(out)
                    .compression(gzip ? Compression.GZIP : Compression.NONE)
                    .progress(report -> {
                        reports.add(report);
                        if (report.percent() > 20) {
                            call.cancel();
                        }
                    })
                    .build();
            assertCode(ErrorCode.CALL_CANCELLED, () -> writer.write("disk.raw", source));
        }
        assertThat(reports.getLast().percent()).isLessThan(60);
        assertThat(out).isEmptyDirectory();
        assertNoHashThread();
    }

    @Test
    void an_interrupt_counts_as_a_cancellation() throws IOException {
        try (DiskSource source = DiskSource.file(Disks.sparse(temp.resolve("image"), 16))) {
            Thread.currentThread().interrupt();
            assertCode(ErrorCode.CALL_CANCELLED, () -> writer().write("disk.raw", source));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(out).isEmptyDirectory();
        assertNoHashThread();
    }

    @Test
    void a_listener_that_throws_ends_the_write() throws IOException {
        try (DiskSource source = DiskSource.file(Disks.sparse(temp.resolve("image"), 16))) {
            DiskWriter writer = DiskWriter.builder(out)
                    .progress(report -> {
                        throw new IllegalStateException("no more");
                    })
                    .build();
            assertThatThrownBy(() -> writer.write("disk.raw", source)).hasMessage("no more");
        }
        assertThat(out).isEmptyDirectory();
        assertNoHashThread();
    }

    @Test
    void a_source_that_shrinks_is_a_conflict_and_leaves_no_file() {
        PluginException failure = assertCode(
                ErrorCode.CONFLICT,
                () -> writer().write("disk.raw", DiskSource.stream(new ByteArrayInputStream(new byte[100]), 200)));
        assertThat(failure.retryable()).isTrue();
        assertThat(failure).hasMessageContaining("after 100 of its 200 bytes");
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void a_file_that_is_there_already_stays_as_it_is() throws IOException {
        Files.writeString(out.resolve("disk.raw"), "mine");
        assertCode(
                ErrorCode.CONFLICT,
                () -> writer().write("disk.raw", DiskSource.stream(new ByteArrayInputStream(new byte[9]), 9)));
        assertThat(out.resolve("disk.raw")).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc/x", "a\\b", "a\0b"})
    void writes_only_into_its_folder(String name) {
        assertThatThrownBy(() -> writer().write(name, DiskSource.stream(new ByteArrayInputStream(new byte[1]), 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refuses_what_it_cannot_compress() {
        DiskWriter.Builder builder = DiskWriter.builder(out);
        assertCode(ErrorCode.UNSUPPORTED, builder.compressionLevel(3)::build);
        assertCode(ErrorCode.UNSUPPORTED, builder.compression(Compression.GZIP).compressionLevel(10)::build);
        assertCode(ErrorCode.UNSUPPORTED, builder.compression(Compression.ZSTD).compressionLevel(3)::build);
    }

    @Test
    void hashes_a_file_that_another_program_wrote() throws IOException {
        Path written = Disks.sparse(out.resolve("disk.raw"), 9);
        ExportedFile file = writer().hash("disk.raw");
        assertThat(file).isEqualTo(new ExportedFile(written, 9L * Disks.MIB, Disks.sha256(written)));
        assertMonotonic();
    }

    @Test
    void opens_regular_files_only() {
        assertThatThrownBy(() -> DiskSource.file(out)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> DiskSource.file(out.resolve("none")))
                .isInstanceOf(java.nio.file.NoSuchFileException.class);
    }

    private void assertMonotonic() {
        assertThat(reports).extracting(Progress::percent).isSorted();
        assertThat(reports).extracting(Progress::bytesDone).isSorted();
        assertThat(reports.getLast().percent()).isEqualTo(100);
    }

    private static void assertNoHashThread() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("plugbay-disk-hash"));
    }

    private static PluginException assertCode(
            ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        PluginException failure = catchThrowableOfType(PluginException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo(code);
        return failure;
    }

    private static byte[] random(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }
}
