package dev.plugbay.plugins.libvirt;

import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.DiskWriter;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.Progress;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.plugins.qemu.QemuImg;
import dev.plugbay.plugins.qemu.Stage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the disks of a source into a folder: raw ones by {@link DiskWriter}, qcow2 ones by {@code qemu-img} from the same server, hashed afterwards. */
final class ExportCopy {
    private static final double CONVERTED = 75;

    private final ExportMeans means;
    private final ExportSource source;
    private final List<ExportDisk> chosen;
    private final ExportOptions options;
    private final Path folder;
    private final ProgressListener progress;
    private long bytes;

    ExportCopy(
            ExportMeans means,
            ExportSource source,
            List<ExportDisk> chosen,
            ExportOptions options,
            Path folder,
            ProgressListener progress) {
        this.means = means;
        this.source = source;
        this.chosen = chosen;
        this.options = options;
        this.folder = folder;
        this.progress = progress;
    }

    /** The name of a disk's file. */
    static String name(ExportDisk disk, ExportOptions options) {
        String format = ExportRules.format(options);
        boolean gzip = format.equals(ExportRules.RAW) && options.compression() == Compression.GZIP;
        return disk.id() + "." + format + (gzip ? ".gz" : "");
    }

    /** The sizes of all disks together, as the guest sees them. */
    long bytes() {
        return bytes;
    }

    /** Writes them; a file for each, in their order. All stay open from the beginning, so that their servers do. */
    List<ExportedFile> run() {
        List<NbdDisk> disks = new ArrayList<>();
        try {
            for (ExportDisk disk : chosen) {
                disks.add(NbdDisk.open(source.socket(disk), source.export(disk), means.patience()));
            }
            bytes = disks.stream().mapToLong(NbdDisk::size).sum();
            return ExportRules.format(options).equals(ExportRules.RAW) ? raw(disks) : qcow2(disks);
        } finally {
            disks.forEach(NbdDisk::close);
        }
    }

    private List<ExportedFile> raw(List<NbdDisk> disks) {
        DiskWriter.Builder builder = DiskWriter.builder(folder)
                .progress(this::report)
                .compression(options.compression())
                .totalBytes(bytes);
        options.compressionLevel().ifPresent(builder::compressionLevel);
        DiskWriter writer = builder.build();
        List<ExportedFile> files = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            files.add(writer.write(name(chosen.get(i), options), disks.get(i)));
        }
        return files;
    }

    private List<ExportedFile> qcow2(List<NbdDisk> disks) {
        QemuImg qemu = means.qemuImg().orElseThrow(); // the rules have seen to it
        List<ExportedFile> files = new ArrayList<>();
        long before = 0;
        for (int i = 0; i < disks.size(); i++) {
            long after = before + disks.get(i).size();
            Stage stage = new Stage(this::report, percent(before), percent(after), bytes);
            files.add(qcow2(qemu, chosen.get(i), stage));
            before = after;
        }
        return files;
    }

    private ExportedFile qcow2(QemuImg qemu, ExportDisk disk, Stage stage) {
        Stage converting = stage.part(0, CONVERTED);
        converting.report("converting", 0);
        String name = name(disk, options);
        qemu.convert(
                "disk " + disk.id(),
                node(disk),
                conversion(),
                folder.resolve(name),
                means.patience(),
                percent -> converting.report("converting", percent));
        return DiskWriter.builder(folder)
                .progress(stage.part(CONVERTED, 100))
                .build()
                .hash(name);
    }

    private double percent(long done) {
        return bytes == 0 ? 100 : done * 100.0 / bytes;
    }

    private void report(Progress report) {
        source.check();
        progress.progress(report);
    }

    private List<String> conversion() {
        List<String> arguments = new ArrayList<>(List.of("-O", ExportRules.QCOW2));
        if (options.compression() != Compression.NONE) {
            String type = options.compression() == Compression.GZIP ? "zlib" : "zstd";
            arguments.addAll(List.of("-c", "-o", "compression_type=" + type));
        }
        return arguments;
    }

    private String node(ExportDisk disk) {
        return "{\"driver\":\"raw\",\"file\":{\"driver\":\"nbd\",\"export\":" + quoted(source.export(disk))
                + ",\"server\":{\"type\":\"unix\",\"path\":"
                + quoted(source.socket(disk).toString()) + "}}}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
