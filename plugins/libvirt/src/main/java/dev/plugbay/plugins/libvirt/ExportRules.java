package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.plugins.qemu.QemuImg;
import java.util.List;
import java.util.Set;

/** Which exports can be done. */
final class ExportRules {
    static final String RAW = "raw";
    static final String QCOW2 = "qcow2";

    private ExportRules() {}

    /** What is offered, with or without {@code qemu-img}. */
    static ProviderCapabilities capabilities(boolean qemuImg) {
        return ProviderCapabilities.builder()
                .exportFormats(qemuImg ? List.of(RAW, QCOW2) : List.of(RAW))
                .compressions(qemuImg ? Set.of(Compression.GZIP, Compression.ZSTD) : Set.of(Compression.GZIP))
                .consistencies(Set.of(Consistency.CRASH, Consistency.FILESYSTEM))
                .liveExport(true)
                .power(true)
                .build();
    }

    /** The format that is wanted. */
    static String format(ExportOptions options) {
        return options.format().orElse(RAW);
    }

    /** Refuses what cannot be honoured, whatever the machine. */
    static void check(ExportOptions options, boolean qemuImg) {
        String format = format(options);
        if (!format.equals(RAW) && !format.equals(QCOW2)) {
            throw unsupported("machines are exported as raw or qcow2, not \"" + format + "\"");
        }
        if (options.snapshots()) {
            throw unsupported("a machine's snapshots cannot be exported");
        }
        if (format.equals(QCOW2) && !qemuImg) {
            throw unsupported("qcow2 needs qemu-img: " + QemuImg.REMEDY);
        }
        if (format.equals(RAW) && options.compression() == Compression.ZSTD) {
            throw unsupported("raw disks are compressed with gzip, not zstd");
        }
        if (options.compressionLevel().isPresent()) {
            if (options.compression() == Compression.NONE) {
                throw unsupported("a compression level needs a compression");
            }
            if (format.equals(QCOW2)) {
                throw unsupported("compression inside qcow2 has no levels");
            }
            if (options.compressionLevel().getAsInt() > 9) {
                throw unsupported("gzip has levels 1 to 9, not "
                        + options.compressionLevel().getAsInt());
            }
        }
    }

    /** The disks that are wanted, in the machine's order. */
    static List<ExportDisk> chosen(ExportOptions options, List<ExportDisk> all) {
        for (String id : options.disks()) {
            ExportDisk disk = all.stream()
                    .filter(it -> it.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new PluginException(
                            ErrorCode.NOT_FOUND,
                            "the machine has no disk \"" + id + "\"; it has "
                                    + all.stream().map(ExportDisk::id).toList()));
            if (!disk.holdsData()) {
                throw unsupported("\"" + id + "\" is a " + disk.device() + " drive; its medium is not exported");
            }
        }
        List<ExportDisk> chosen = all.stream()
                .filter(ExportDisk::holdsData)
                .filter(disk -> options.disks().isEmpty() || options.disks().contains(disk.id()))
                .toList();
        if (chosen.isEmpty()) {
            throw unsupported("the machine has no disk");
        }
        return chosen;
    }

    static PluginException unsupported(String message) {
        return new PluginException(ErrorCode.UNSUPPORTED, message);
    }
}
