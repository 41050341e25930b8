package dev.plugbay.plugins.images;

import static dev.plugbay.plugins.images.ImagesFixture.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.plugins.qemu.QemuImg;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without qemu-img. */
class ImagesProviderTest {
    @TempDir
    Path temp;

    ImagesFixture fixture;

    @BeforeEach
    void images() throws IOException {
        fixture = new ImagesFixture(temp).withoutQemu();
    }

    private Path image(String name) {
        return fixture.images.resolve(name);
    }

    private List<String> ids() {
        return fixture.provider.list(VmFilter.all(), Page.first()).items().stream()
                .map(VmInfo::id)
                .toList();
    }

    @Test
    void a_machine_is_an_image() throws IOException {
        Samples.raw(image("servers/web 1.raw"), 4);
        VmInfo vm = fixture.provider.get("servers/web 1").orElseThrow();
        assertThat(vm.name()).isEqualTo("web 1");
        assertThat(vm.powerState()).isEqualTo(PowerState.STOPPED);
        assertThat(vm.state()).isEqualTo("image");
        assertThat(vm.type()).contains("raw");
        assertThat(vm.location()).contains(fixture.images.toString());
        assertThat(vm.updatedAt())
                .contains(Files.getLastModifiedTime(image("servers/web 1.raw")).toInstant());
        assertThat(vm.disks()).singleElement().satisfies(disk -> {
            assertThat(disk.id()).isEqualTo("disk0");
            assertThat(disk.name()).isEqualTo("web 1.raw");
            assertThat(disk.capacityBytes()).isEqualTo(4L * Samples.MIB);
            assertThat(disk.allocatedBytes()).hasValue(2L * Samples.MIB);
            assertThat(disk.format()).contains("raw");
        });
    }

    @Test
    void two_files_with_one_id_keep_apart_whatever_order_the_folder_has() throws IOException {
        for (String name : List.of("a.raw", "a.qcow2", "a.img", "a.raw.img")) {
            Samples.raw(image(name), 1);
        }
        assertThat(ids()).containsExactly("a", "a.qcow2", "a.raw", "a.raw.img");
        assertThat(fixture.provider.get("a").orElseThrow().disks().getFirst().name())
                .isEqualTo("a.img");
    }

    @Test
    void passes_over_what_is_no_image() throws IOException {
        Samples.raw(image("good.RAW"), 1);
        Samples.raw(image(".hidden.raw"), 1);
        Samples.raw(image(".folder/x.raw"), 1);
        Samples.raw(image("back\\slash.raw"), 1);
        Samples.raw(image("line\nfeed.raw"), 1);
        Files.writeString(image("notes.txt"), "text");
        Files.createDirectory(image("folder.raw"));
        assertThat(ids()).containsExactly("good");
    }

    @Test
    void links_that_lead_out_of_the_folder_are_not_followed() throws IOException {
        Samples.raw(temp.resolve("elsewhere/secret.raw"), 1);
        Samples.raw(image("inside.raw"), 1);
        Files.createSymbolicLink(image("out.raw"), temp.resolve("elsewhere/secret.raw"));
        Files.createSymbolicLink(image("outer"), temp.resolve("elsewhere"));
        Files.createSymbolicLink(image("dangling.raw"), temp.resolve("nothing"));
        Files.createSymbolicLink(image("alias.raw"), Path.of("inside.raw"));
        assertThat(ids()).containsExactly("alias", "inside");
        assertThat(fixture.provider.get("out")).isEmpty();
        assertThat(fixture.provider.get("outer/secret")).isEmpty();
    }

    @Test
    void the_folder_itself_may_be_a_link() throws IOException {
        Samples.raw(image("a.raw"), 1);
        Path link = Files.createSymbolicLink(temp.resolve("link"), fixture.images);
        fixture.plugin.use(link, QemuTool.MISSING);
        assertThat(ids()).containsExactly("a");
        assertThat(fixture.exported("a", ExportOptions.defaults())).hasSameBinaryContentAs(image("a.raw"));
    }

    @Test
    void a_missing_folder_is_unhealthy_and_named_everywhere() throws IOException {
        Files.delete(fixture.images);
        assertThat(fixture.plugin.health().level()).isEqualTo(Health.Level.UNHEALTHY);
        assertThat(fixture.plugin.health().reasons()).singleElement().asString().contains(fixture.images.toString());
        assertThat(fixture.provider.validate().ok()).isFalse();
        PluginException failure = catchThrowableOfType(PluginException.class, this::ids);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        Files.createDirectory(fixture.images);
        assertThat(fixture.plugin.health()).isEqualTo(Health.healthy());
        assertThat(ids()).isEmpty();
    }

    @Test
    void raw_and_qcow2_are_copied_with_nothing_installed() throws IOException {
        Samples.raw(image("a.raw"), 3);
        Samples.write(image("b.img"), Samples.header(3, 1L << 40));
        assertThat(fixture.exported("a", ExportOptions.defaults()))
                .hasFileName("a.raw")
                .hasSameBinaryContentAs(image("a.raw"));
        Files.delete(fixture.out.resolve("a.raw"));
        fixture.reports.clear();
        ExportResult result = fixture.export("b", ExportOptions.defaults());
        assertThat(result.format()).isEqualTo("qcow2");
        assertThat(result.logicalSize()).isEqualTo(1L << 40);
        assertThat(result.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(fixture.out.resolve("b.qcow2")).hasSameBinaryContentAs(image("b.img"));
    }

    @Test
    void what_needs_qemu_img_is_refused_with_what_to_install() throws IOException {
        Samples.raw(image("a.raw"), 1);
        Samples.write(image("b.qcow2"), Samples.header(2, 1L << 30));
        Samples.write(image("c.qcow2"), Samples.withBacking(Samples.header(3, 1L << 30), "a.raw"));
        assertThat(fixture.refused(ErrorCode.UNSUPPORTED, "a", to("qcow2"))).hasMessageContaining("qemu-utils");
        assertThat(fixture.refused(ErrorCode.UNSUPPORTED, "b", to("raw"))).hasMessageContaining("qemu-utils");
        assertThat(fixture.refused(
                        ErrorCode.UNSUPPORTED,
                        "b",
                        ExportOptions.builder().compression(Compression.GZIP).build()))
                .hasMessageContaining("qemu-utils");
        assertThat(fixture.refused(ErrorCode.UNSUPPORTED, "c", ExportOptions.defaults()))
                .hasMessageContaining("several files")
                .hasMessageContaining("qemu-utils");
        assertThat(fixture.provider.capabilities().compressions()).containsExactly(Compression.GZIP);
        assertThat(fixture.provider.validate().messages())
                .singleElement()
                .asString()
                .contains("qemu-utils");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../outside.raw",
                "nothing.raw",
                "nbd://localhost/x",
                "json:{}",
                "file:base.raw",
                "link.raw",
                "\0"
            })
    void a_backing_file_outside_of_the_folder_is_refused(String name) throws IOException {
        Samples.raw(temp.resolve("outside.raw"), 1);
        Samples.raw(image("base.raw"), 1);
        Files.createSymbolicLink(image("link.raw"), temp.resolve("outside.raw"));
        Samples.write(image("x.qcow2"), Samples.withBacking(Samples.header(3, 4096), name));
        assertThat(fixture.refused(ErrorCode.PERMISSION_DENIED, "x", ExportOptions.defaults()))
                .hasMessageContaining("backing file");
    }

    @Test
    void a_data_file_outside_of_the_folder_is_refused() throws IOException {
        Samples.write(
                image("x.qcow2"),
                Samples.withExtension(Samples.header(3, 4096).putLong(72, 4), 0x44415441, "/etc/passwd"));
        assertThat(fixture.refused(ErrorCode.PERMISSION_DENIED, "x", ExportOptions.defaults()))
                .hasMessageContaining("data file");
    }

    @Test
    void a_circle_of_backing_files_is_refused() throws IOException {
        Samples.write(image("x.qcow2"), Samples.withBacking(Samples.header(3, 4096), "y.qcow2"));
        Samples.write(image("y.qcow2"), Samples.withBacking(Samples.header(3, 4096), "x.qcow2"));
        assertThat(fixture.refused(ErrorCode.UNSUPPORTED, "x", ExportOptions.defaults()))
                .hasMessageContaining("circle");
    }

    @Test
    void damaged_and_unknown_headers_are_listed_with_their_problem_and_not_exported() throws IOException {
        Samples.write(image("v1.qcow"), Samples.header(1, 4096));
        Samples.write(image("future.qcow2"), Samples.header(9, 4096));
        Samples.write(image("size.qcow2"), Samples.header(3, -1));
        Samples.write(image("length.qcow2"), Samples.header(3, 4096).putInt(100, -1));
        Samples.write(image("corrupt.qcow2"), Samples.header(3, 4096).putLong(72, 2));
        Samples.write(
                image("name.qcow2"),
                Samples.header(3, 4096).putLong(8, 1L << 62).putInt(16, 9));
        Samples.write(
                image("long.qcow2"), Samples.header(3, 4096).putLong(8, 1024).putInt(16, -5));
        Samples.write(
                image("extension.qcow2"), Samples.header(3, 4096).putInt(104, 1).putInt(108, -8));
        Samples.write(image("nodata.qcow2"), Samples.header(3, 4096).putLong(72, 4));
        Files.write(image("short.qcow2"), new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3});
        assertThat(ids()).hasSize(10);
        for (String id : ids()) {
            assertThat(fixture.provider.get(id).orElseThrow().metadata()).as(id).containsKey("problem");
            fixture.refused(ErrorCode.UNSUPPORTED, id, ExportOptions.defaults());
        }
    }

    @Test
    void options_that_cannot_be_honoured_are_refused() throws IOException {
        Samples.raw(image("a.raw"), 1);
        ExportOptions.Builder gzip = ExportOptions.builder().compression(Compression.GZIP);
        fixture.refused(ErrorCode.UNSUPPORTED, "a", to("vmdk"));
        fixture.refused(
                ErrorCode.UNSUPPORTED,
                "a",
                ExportOptions.builder().disks(List.of("disk0", "disk1")).build());
        fixture.refused(
                ErrorCode.UNSUPPORTED,
                "a",
                ExportOptions.builder().compressionLevel(3).build());
        fixture.refused(ErrorCode.UNSUPPORTED, "a", gzip.compressionLevel(10).build());
        fixture.refused(
                ErrorCode.UNSUPPORTED,
                "a",
                ExportOptions.builder().compression(Compression.ZSTD).build());
        fixture.exported(
                "a",
                ExportOptions.builder()
                        .disks(List.of("disk0"))
                        .compression(Compression.GZIP)
                        .build());
    }

    @Test
    void an_image_that_changes_while_it_is_exported_is_a_conflict() throws IOException {
        Samples.raw(image("a.raw"), 8);
        PluginException failure = catchThrowableOfType(
                PluginException.class,
                () -> fixture.provider.export("a", ExportOptions.defaults(), fixture.out, progress -> {
                    if (progress.percent() > 50) {
                        write(image("a.raw"));
                    }
                }));
        assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure).hasMessageContaining("changed while it was exported");
        assertThat(fixture.out).isEmptyDirectory();
    }

    private static void write(Path file) {
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.write(1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_cursor_goes_on_behind_an_image_that_is_gone() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            Samples.raw(image(name + ".raw"), 1);
        }
        String next =
                fixture.provider.list(VmFilter.all(), Page.first(2)).next().orElseThrow();
        Files.delete(image("b.raw"));
        assertThat(fixture.provider
                        .list(VmFilter.all(), Page.first(2).after(next))
                        .items())
                .extracting(VmInfo::id)
                .containsExactly("c");
    }

    @Test
    void finds_the_program_in_the_search_path() throws IOException {
        Path bin = Files.createDirectory(temp.resolve("bin"));
        Path program = Files.writeString(bin.resolve("qemu-img"), "#!/bin/sh\n");
        assertThat(QemuImg.find(Optional.empty(), "/nowhere::" + bin)).isEmpty(); // not executable
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(QemuImg.find(Optional.empty(), "/nowhere::" + bin)).contains(new QemuImg(program));
        assertThat(QemuImg.find(QemuTool.MISSING, bin.toString())).isEmpty();
    }
}
