package dev.plugbay.plugins.images;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.DiskSource;
import dev.plugbay.cloud.DiskWriter;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.plugins.qemu.QemuImg;
import dev.plugbay.plugins.qemu.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One export. A disk that stays in its format is copied by {@link DiskWriter}; one that is converted, flattened or compressed inside its format is written by
 * {@code qemu-img} and then hashed. Whatever fails, the folder is left empty.
 */
final class ImageExport {
    private static final double CONVERTED = 75;

    /** Longer than a file server takes to come back. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final ImageFolder images;
    private final Optional<QemuImg> qemuImg;
    private final ExportOptions options;
    private final Path folder;
    private final ProgressListener progress;

    ImageExport(
            ImageFolder images,
            Optional<QemuImg> qemuImg,
            ExportOptions options,
            Path folder,
            ProgressListener progress) {
        this.images = images;
        this.qemuImg = qemuImg;
        this.options = options;
        this.folder = folder;
        this.progress = progress;
    }

    ExportResult run(String id) {
        long start = System.nanoTime();
        ImageFile image = images.find(id)
                .orElseThrow(() -> new PluginException(
                        ErrorCode.NOT_FOUND, "there is no image \"" + id + "\" in " + images.path()));
        try {
            ImageChain chain = ImageChain.read(image.path(), images.realPath());
            String format = options.format().orElse(chain.header().format());
            ExportRules.check(options, format, chain, qemuImg.isPresent());
            List<ImageChain.FileState> before = chain.state();
            ExportedFile file = write(image, chain, format);
            if (!chain.state().equals(before)) {
                Files.deleteIfExists(file.path());
                throw changed(image);
            }
            return ExportResult.builder(image.id(), image.name(), format)
                    .files(List.of(file))
                    .logicalSize(chain.header().virtualSize())
                    .consistency(Consistency.CRASH)
                    .duration(Duration.ofNanos(System.nanoTime() - start))
                    .metadata(metadata(chain, format))
                    .build();
        } catch (NoSuchFileException e) {
            throw changed(image);
        } catch (IOException e) {
            throw new PluginException(
                    ErrorCode.CALL_FAILED, "image \"" + id + "\" cannot be read: " + e.getMessage(), e);
        }
    }

    private static PluginException changed(ImageFile image) {
        return new PluginException(
                ErrorCode.CONFLICT,
                "image \"" + image.id() + "\" changed while it was exported; export it when nothing writes to it",
                true);
    }

    private ExportedFile write(ImageFile image, ImageChain chain, String format) throws IOException {
        Stage whole = new Stage(progress, 0, 100, chain.header().virtualSize());
        String name = image.name() + "." + format;
        if (ExportRules.copies(options, format, chain)) {
            return copy(chain.path(), compressed(name), whole);
        }
        QemuImg qemu = qemuImg.orElseThrow(); // the rules have seen to it
        boolean gzip = format.equals(ImageHeader.RAW) && options.compression() == Compression.GZIP;
        String converted = gzip ? name + ".converted" : name;
        Path target = folder.resolve(converted);
        boolean complete = false;
        try {
            Stage converting = whole.part(0, gzip ? CONVERTED / 2 : CONVERTED);
            converting.report("converting", 0);
            qemu.convert(
                    String.valueOf(chain.path().getFileName()),
                    chain.toJson(),
                    conversion(format),
                    target,
                    SILENCE,
                    percent -> converting.report("converting", percent));
            Stage rest = whole.part(gzip ? CONVERTED / 2 : CONVERTED, 100);
            ExportedFile file = gzip
                    ? copy(target, compressed(name), rest)
                    : DiskWriter.builder(folder).progress(rest).build().hash(converted);
            complete = !gzip;
            return file;
        } finally {
            if (!complete) {
                Files.deleteIfExists(target);
            }
        }
    }

    private ExportedFile copy(Path from, String name, ProgressListener listener) throws IOException {
        DiskWriter.Builder writer =
                DiskWriter.builder(folder).progress(listener).compression(options.compression());
        options.compressionLevel().ifPresent(writer::compressionLevel);
        try (DiskSource source = DiskSource.file(from)) {
            return writer.build().write(name, source);
        }
    }

    private String compressed(String name) {
        return options.compression() == Compression.NONE ? name : name + ".gz";
    }

    private List<String> conversion(String format) {
        List<String> arguments = new ArrayList<>(List.of("-O", format));
        if (format.equals(ImageHeader.QCOW2) && options.compression() != Compression.NONE) {
            String type = options.compression() == Compression.GZIP ? "zlib" : "zstd";
            arguments.addAll(List.of("-c", "-o", "compression_type=" + type));
        }
        return arguments;
    }

    private Map<String, String> metadata(ImageChain chain, String format) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("sourceFormat", chain.header().format());
        if (!chain.header().complete() && !ExportRules.copies(options, format, chain)) {
            facts.put("flattened", "true");
        }
        facts.putAll(options.metadata());
        return facts;
    }
}
