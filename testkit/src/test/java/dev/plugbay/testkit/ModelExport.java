package dev.plugbay.testkit;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.Progress;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.cloud.VmInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An export of 64 pieces that keeps its contract but for one flaw. */
final class ModelExport {
    private static final int PIECES = 64;

    private final Flaw flaw;
    private final VmInfo vm;
    private final ExportOptions options;
    private final Path folder;
    private final ProgressListener progress;

    ModelExport(Flaw flaw, VmInfo vm, ExportOptions options, Path folder, ProgressListener progress) {
        this.flaw = flaw;
        this.vm = vm;
        this.options = options;
        this.folder = folder;
        this.progress = progress;
    }

    ExportResult run() {
        if (flaw != Flaw.IGNORES_CANCEL) {
            CallContext.current().throwIfCancelled();
        }
        Path file = folder.resolve("disk.raw");
        try {
            write(file);
            if (flaw == Flaw.EXTRA_FILE) {
                Files.createFile(folder.resolve("disk.raw.tmp"));
            }
            if (flaw == Flaw.WRITES_BESIDE) {
                Files.createFile(folder.resolveSibling("beside"));
            }
            String hash = ExportSpace.sha256(file);
            return ExportResult.builder(vm.id(), vm.name(), "raw")
                    .files(List.of(new ExportedFile(
                            file,
                            Files.size(file) + (flaw == Flaw.WRONG_SIZE ? 1 : 0),
                            flaw == Flaw.WRONG_CHECKSUM
                                    ? hash.replace(hash.charAt(0), hash.charAt(0) == '0' ? '1' : '0')
                                    : hash)))
                    .logicalSize(Files.size(file))
                    .duration(Duration.ofMillis(1))
                    .metadata(flaw == Flaw.FORGETS_METADATA ? Map.of() : options.metadata())
                    .build();
        } catch (PluginException e) {
            if (flaw != Flaw.LEAVES_PARTS_AFTER_CANCEL) {
                delete(file);
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file) throws IOException {
        byte[] piece = new byte[1024];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 1; i <= PIECES; i++) {
                if (flaw != Flaw.IGNORES_CANCEL) {
                    CallContext.current().throwIfCancelled();
                }
                out.write(piece);
                if ((flaw == Flaw.ONLY_THE_END_IS_REPORTED && i < PIECES)
                        || (flaw == Flaw.PROGRESS_STOPS_SHORT && i == PIECES)) {
                    continue;
                }
                int said = flaw == Flaw.PROGRESS_GOES_BACK && i == PIECES / 2 ? i - 3 : i;
                progress.progress(Progress.bytes("copying", said * 1024L, PIECES * 1024L));
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
