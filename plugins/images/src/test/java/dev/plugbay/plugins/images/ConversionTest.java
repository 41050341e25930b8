package dev.plugbay.plugins.images;

import static dev.plugbay.plugins.images.ImagesFixture.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.Progress;
import dev.plugbay.testkit.TestCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real qemu-img. */
class ConversionTest {
    @TempDir
    Path temp;

    ImagesFixture fixture;
    Path raw;

    @BeforeEach
    void images() throws IOException {
        QemuTool.program();
        fixture = new ImagesFixture(temp);
        raw = Samples.raw(temp.resolve("content"), 24);
    }

    private Path image(String name) {
        return fixture.images.resolve(name);
    }

    private void create(String name, Object... options) throws Exception {
        Object[] command = new Object[options.length + 7];
        System.arraycopy(new Object[] {"convert", "-f", "raw", "-O", "qcow2"}, 0, command, 0, 5);
        System.arraycopy(options, 0, command, 5, options.length);
        command[command.length - 2] = raw;
        command[command.length - 1] = image(name);
        QemuTool.run(command);
    }

    @Test
    void reads_the_headers_that_qemu_writes() throws Exception {
        create("v3.qcow2");
        create("v2.img", "-o", "compat=0.10");
        create("zstd.qcow2", "-c", "-o", "compression_type=zstd");
        for (String id : List.of("v2", "v3", "zstd")) {
            var vm = fixture.provider.get(id).orElseThrow();
            assertThat(vm.type()).contains("qcow2");
            assertThat(vm.disks().getFirst().capacityBytes()).isEqualTo(24L * Samples.MIB);
            assertThat(vm.metadata())
                    .doesNotContainKey("problem")
                    .containsEntry("version", id.equals("v2") ? "2" : "3");
        }
        assertThat(fixture.provider.get("zstd").orElseThrow().metadata()).containsEntry("incompatibleFeatures", "0x8");
    }

    @Test
    void qcow2_becomes_raw() throws Exception {
        create("disk.qcow2");
        ExportResult result = fixture.export("disk", to("raw"));
        Path file = result.files().getFirst().path();
        assertThat(file).hasFileName("disk.raw");
        assertThat(Files.mismatch(file, raw)).isEqualTo(-1);
        assertThat(result.logicalSize()).isEqualTo(24L * Samples.MIB);
        assertThat(result.metadata()).containsEntry("sourceFormat", "qcow2");
        assertThat(fixture.reports).extracting(Progress::phase).contains("converting", "hashing");
        assertThat(fixture.reports).extracting(Progress::percent).isSorted();
        assertThat(fixture.reports.getLast().percent()).isEqualTo(100);
    }

    @Test
    void raw_becomes_qcow2_plain_and_compressed() throws Exception {
        Files.copy(raw, image("disk.raw"));
        for (Compression compression : Compression.values()) {
            ExportOptions options = ExportOptions.builder()
                    .format("qcow2")
                    .compression(compression)
                    .build();
            fixture.reports.clear();
            Path file = fixture.exported("disk", options);
            assertThat(file).hasFileName("disk.qcow2");
            assertThat(QemuTool.run("compare", "-f", "raw", "-F", "qcow2", raw, file))
                    .contains("identical");
            assertThat(QemuTool.run("info", file))
                    .contains("compression type: " + (compression == Compression.ZSTD ? "zstd" : "zlib"));
            Files.delete(file);
        }
    }

    @Test
    void qcow2_becomes_raw_inside_gzip() throws Exception {
        create("disk.qcow2");
        Path file = fixture.exported(
                "disk",
                ExportOptions.builder()
                        .format("raw")
                        .compression(Compression.GZIP)
                        .compressionLevel(1)
                        .build());
        assertThat(file).hasFileName("disk.raw.gz");
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(raw));
        }
    }

    @Test
    void a_chain_of_backing_files_becomes_one_file() throws Exception {
        Files.createDirectory(image("sub"));
        Files.copy(raw, image("sub/base.raw"));
        QemuTool.run("create", "-q", "-f", "qcow2", "-b", "base.raw", "-F", "raw", image("sub/middle.qcow2"));
        QemuTool.run("create", "-q", "-f", "qcow2", "-b", "sub/middle.qcow2", "-F", "qcow2", image("top.qcow2"));
        ExportResult result = fixture.export("top", ExportOptions.defaults());
        Path file = result.files().getFirst().path();
        assertThat(result.format()).isEqualTo("qcow2");
        assertThat(result.metadata()).containsEntry("flattened", "true");
        assertThat(QemuTool.run("info", file)).doesNotContain("backing");
        assertThat(QemuTool.run("compare", "-f", "raw", "-F", "qcow2", raw, file))
                .contains("identical");
        assertThat(fixture.provider.get("top").orElseThrow().metadata())
                .containsEntry("backingFile", "sub/middle.qcow2");
    }

    @Test
    void an_image_with_its_data_in_another_file_becomes_one_file() throws Exception {
        create("disk.qcow2", "-o", "data_file=" + image("data.bin") + ",data_file_raw=on");
        ExportResult result = fixture.export("disk", to("qcow2"));
        Path file = result.files().getFirst().path();
        assertThat(result.metadata()).containsEntry("flattened", "true");
        assertThat(QemuTool.run("info", file)).doesNotContain("data file");
        assertThat(QemuTool.run("compare", "-f", "raw", "-F", "qcow2", raw, file))
                .contains("identical");
    }

    @Test
    void a_raw_image_is_never_taken_for_what_its_guest_wrote_into_it() throws Exception {
        Path secret = Files.writeString(temp.resolve("secret"), "s".repeat(4096));
        Samples.write(image("disk.raw"), Samples.withBacking(Samples.header(3, 4096), secret.toString()));
        Path file = fixture.exported("disk", to("qcow2"));
        Path back = temp.resolve("back");
        QemuTool.run("convert", "-f", "qcow2", "-O", "raw", file, back);
        assertThat(Files.mismatch(back, image("disk.raw"))).isEqualTo(-1);
    }

    @Test
    void an_encrypted_image_is_copied_but_not_converted() throws Exception {
        // Not LUKS: making that measures the processor, and fails on a busy machine.
        QemuTool.run(
                "create",
                "-q",
                "-f",
                "qcow2",
                "--object",
                "secret,id=key,data=hunter2",
                "-o",
                "encrypt.format=aes,encrypt.key-secret=key",
                image("safe.qcow2"),
                "4M");
        assertThat(fixture.provider.get("safe").orElseThrow().metadata()).containsEntry("encrypted", "true");
        assertThat(fixture.refused(ErrorCode.UNSUPPORTED, "safe", to("raw"))).hasMessageContaining("encrypted");
        Path file = fixture.exported("safe", ExportOptions.defaults());
        assertThat(Files.mismatch(file, image("safe.qcow2"))).isEqualTo(-1);
    }

    @Test
    void a_damaged_image_fails_with_what_qemu_says_and_leaves_nothing() throws Exception {
        create("disk.qcow2");
        try (var file = Files.newByteChannel(image("disk.qcow2"), java.nio.file.StandardOpenOption.WRITE)) {
            file.position(40).write(java.nio.ByteBuffer.allocate(8).putLong(0, 12345));
        }
        assertThat(fixture.refused(ErrorCode.CALL_FAILED, "disk", to("raw"))).hasMessageContaining("qemu-img failed");
    }

    @Test
    void a_cancelled_conversion_kills_the_program_and_leaves_nothing() throws Exception {
        // A program that never ends by itself, with qemu-img's way of telling progress.
        Path slow = temp.resolve("qemu-img");
        Files.writeString(slow, """
                #!/bin/sh
                for last; do :; done
                echo partial > "$last"
                printf '    (1.00/100%%)\\r    (30.00/100%%)\\r'
                exec sleep 600
                """);
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        Files.copy(raw, image("disk.raw"));
        fixture.plugin.use(fixture.images, Optional.of(slow));
        TestCall call = new TestCall();
        PluginException failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                PluginException.class,
                () -> call.call(() -> fixture.provider.export("disk", to("qcow2"), fixture.out, progress -> {
                    if (progress.percent() > 20) {
                        call.cancel();
                    }
                })));
        assertThat(failure.code()).isEqualTo(ErrorCode.CALL_CANCELLED);
        assertThat(fixture.out).isEmptyDirectory();
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
