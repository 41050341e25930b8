package dev.plugbay.plugins.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A plugin over a folder of images, with a folder for exports. */
final class ImagesFixture {
    final Path images;
    final Path out;
    final ImagesPlugin plugin = new ImagesPlugin();
    final ImagesProvider provider = new ImagesProvider(plugin);
    final List<Progress> reports = new ArrayList<>();

    ImagesFixture(Path temp) throws IOException {
        images = Files.createDirectory(temp.resolve("images"));
        out = Files.createDirectory(temp.resolve("out"));
        plugin.use(images, Optional.empty());
    }

    ImagesFixture withoutQemu() {
        plugin.use(images, QemuTool.MISSING);
        return this;
    }

    static ExportOptions to(String format) {
        return ExportOptions.builder().format(format).build();
    }

    ExportResult export(String id, ExportOptions options) {
        return provider.export(id, options, out, reports::add);
    }

    /** The only file of an export. */
    Path exported(String id, ExportOptions options) {
        ExportResult result = export(id, options);
        assertThat(result.files()).hasSize(1);
        Path file = result.files().getFirst().path();
        assertThat(out).isDirectoryContaining(file::equals);
        assertThat(out.toFile().list()).hasSize(1);
        assertThat(reports).extracting(Progress::percent).isSorted();
        assertThat(reports).extracting(Progress::bytesDone).isSorted();
        assertThat(reports.getLast().percent()).isEqualTo(100);
        return file;
    }

    PluginException refused(ErrorCode code, String id, ExportOptions options) {
        PluginException failure = catchThrowableOfType(PluginException.class, () -> export(id, options));
        assertThat(failure).as("a refusal of %s", options).isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(out).isEmptyDirectory();
        return failure;
    }
}
