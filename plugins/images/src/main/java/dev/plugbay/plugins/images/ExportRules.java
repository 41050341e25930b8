package dev.plugbay.plugins.images;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.plugins.qemu.QemuImg;
import java.util.List;

/** Which exports can be done, and which of them by copying. */
final class ExportRules {
    private ExportRules() {}

    /** Whether the file itself is what is wanted, perhaps inside gzip. */
    static boolean copies(ExportOptions options, String format, ImageChain chain) {
        return chain.header().complete()
                && format.equals(chain.header().format())
                && (format.equals(ImageHeader.RAW) || options.compression() == Compression.NONE);
    }

    /** Refuses what cannot be honoured. */
    static void check(ExportOptions options, String format, ImageChain chain, boolean qemuImg) {
        if (!format.equals(ImageHeader.RAW) && !format.equals(ImageHeader.QCOW2)) {
            throw unsupported("images are exported as raw or qcow2, not \"" + format + "\"");
        }
        if (options.snapshots()) {
            throw unsupported("an image's snapshots cannot be asked for");
        }
        if (options.consistency() == Consistency.FILESYSTEM) {
            throw unsupported(
                    "an image does not tell whether the file systems in it are in order; ask for consistency crash");
        }
        if (!options.disks().isEmpty() && !options.disks().equals(List.of(ImageMachine.DISK_ID))) {
            throw unsupported("an image has one disk, \"" + ImageMachine.DISK_ID + "\"");
        }
        checkCompression(options, format);
        if (copies(options, format, chain)) {
            return;
        }
        String what = !chain.header().complete()
                ? "its data lies in several files, which have to be made one"
                : format.equals(chain.header().format())
                        ? "compressing a qcow2 image rewrites it"
                        : "it has to be converted from " + chain.header().format() + " to " + format;
        if (chain.encrypted()) {
            throw unsupported("the image is encrypted and " + what
                    + "; that would need its key. It can be exported in its own format if it has no backing file");
        }
        if (!qemuImg) {
            throw unsupported("this export needs qemu-img, because " + what + "; " + QemuImg.REMEDY);
        }
    }

    private static void checkCompression(ExportOptions options, String format) {
        if (format.equals(ImageHeader.RAW) && options.compression() == Compression.ZSTD) {
            throw unsupported("raw disks are compressed with gzip, not zstd");
        }
        if (options.compressionLevel().isPresent()) {
            if (options.compression() == Compression.NONE) {
                throw unsupported("a compression level needs a compression");
            }
            if (format.equals(ImageHeader.QCOW2)) {
                throw unsupported("compression inside qcow2 has no levels");
            }
            if (options.compressionLevel().getAsInt() > 9) {
                throw unsupported("gzip has levels 1 to 9, not "
                        + options.compressionLevel().getAsInt());
            }
        }
    }

    private static PluginException unsupported(String message) {
        return new PluginException(ErrorCode.UNSUPPORTED, message);
    }
}
