package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One export: of a running domain by a backup job, of one that is off from its files. Whatever fails, nothing of it is left, at the hypervisor or here. */
final class DomainExport {
    /** The key of the result's metadata under which a domain with the exported disks is described. */
    static final String DOMAIN_XML = "domainXml";

    private final ExportMeans means;
    private final ExportOptions options;
    private final Path folder;
    private final ProgressListener progress;

    DomainExport(ExportMeans means, ExportOptions options, Path folder, ProgressListener progress) {
        this.means = means;
        this.options = options;
        this.folder = folder;
        this.progress = progress;
    }

    ExportResult run(String id) {
        long start = System.nanoTime();
        CallContext.current().throwIfCancelled();
        ExportRequests.Described machine = means.requests().describe(id);
        ExportRules.check(options, means.qemuImg().isPresent());
        List<ExportDisk> chosen = ExportRules.chosen(options, ExportDisk.all(machine.now()));
        Map<String, String> metadata = metadata(machine, chosen); // should it fail, then before anything is copied
        boolean complete = false;
        try {
            Copied copied = copy(machine, chosen);
            complete = true;
            return ExportResult.builder(machine.uuid(), machine.name(), ExportRules.format(options))
                    .files(copied.files())
                    .logicalSize(copied.bytes())
                    .consistency(copied.consistency())
                    .duration(Duration.ofNanos(System.nanoTime() - start))
                    .metadata(metadata)
                    .build();
        } finally {
            if (!complete) {
                chosen.forEach(disk -> delete(folder.resolve(ExportCopy.name(disk, options))));
            }
        }
    }

    /** What was copied. */
    private record Copied(List<ExportedFile> files, long bytes, Consistency consistency) {}

    private Copied copy(ExportRequests.Described machine, List<ExportDisk> chosen) {
        try (ExportSource source = open(machine, chosen)) {
            try {
                ExportCopy copy = new ExportCopy(means, source, chosen, options, folder, progress);
                List<ExportedFile> files = copy.run();
                source.verify();
                return new Copied(files, copy.bytes(), source.consistency());
            } catch (PluginException e) {
                throw source.failure()
                        .filter(first -> e.code() != ErrorCode.CALL_CANCELLED && e.code() != ErrorCode.CALL_TIMEOUT)
                        .orElseGet(() -> explained(e, machine));
            }
        }
    }

    private ExportSource open(ExportRequests.Described machine, List<ExportDisk> chosen) {
        if (machine.running()) {
            return BackupSource.begin(
                    means.requests(),
                    machine,
                    chosen,
                    BackupRoot.in(means.scratch()),
                    options.consistency(),
                    means.cleanUp());
        }
        if (options.consistency() == Consistency.FILESYSTEM) {
            throw ExportRules.unsupported(
                    "machine " + machine.name()
                            + " is off, and nobody knows whether its guest has put its file systems in order: export it while it runs, with a guest agent, or ask for consistency crash");
        }
        return NbdSource.open(means.requests(), machine, chosen, BackupRoot.in(means.scratch()), means.qemuNbd());
    }

    /** A disk that cannot be read any more because the machine has ended is told as that. */
    private PluginException explained(PluginException e, ExportRequests.Described machine) {
        boolean disk = e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.CALL_FAILED;
        if (!machine.running() || !disk) {
            return e;
        }
        try {
            return means.requests().running(machine.uuid())
                    ? e
                    : new PluginException(
                            ErrorCode.UNAVAILABLE,
                            "machine " + machine.name() + " ended while it was exported: " + e.getMessage(),
                            e);
        } catch (PluginException unknown) {
            return e;
        }
    }

    /** What is ours goes over what the caller has given. */
    private Map<String, String> metadata(ExportRequests.Described machine, List<ExportDisk> chosen) {
        Map<String, String> names = new HashMap<>();
        for (ExportDisk disk : chosen) {
            String name = ExportCopy.name(disk, options);
            names.put(disk.id(), name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name);
        }
        Map<String, String> facts = new TreeMap<>(options.metadata());
        facts.put(DOMAIN_XML, ExportDescription.of(machine.next(), machine.live(), names, options));
        facts.put("source", machine.running() ? "running" : "off");
        return facts;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure under way says more; the host removes the folder.
        }
    }
}
