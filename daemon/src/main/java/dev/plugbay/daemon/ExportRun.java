package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.PluginCallException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.Progress;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.PluginHost;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One export, from an empty staging folder to a named result. Whatever goes wrong before the name is given, nothing stays behind. */
final class ExportRun implements JobPlan.Work {
    private static final Logger LOG = LoggerFactory.getLogger(ExportRun.class);

    private final PluginHost host;
    private final Json json;
    private final AtomicRename renames;
    private final Provider provider;
    private final VmInfo vm;
    private final ExportOptions options;
    private final ExportTarget target;
    private final String name;
    private final boolean replace;

    ExportRun(
            PluginHost host,
            Json json,
            AtomicRename renames,
            VmNames.Found machine,
            ExportOptions options,
            ExportTarget target,
            String name,
            boolean replace) {
        this.host = host;
        this.json = json;
        this.renames = renames;
        this.provider = machine.provider();
        this.vm = machine.vm();
        this.options = options;
        this.target = target;
        this.name = name;
        this.replace = replace;
    }

    @Override
    public Map<String, Object> run(JobControl control) {
        long began = System.nanoTime();
        boolean made = false;
        boolean published = false;
        try {
            made = target.make();
            checkFree(target.folder().resolve(name), replace);
            warnWhenFull();
            StagingFolder staging = stage(control);
            try {
                ExportResult result = export(control, staging.folder());
                // A cancellation that came with the end of the call must not close the files that are written now.
                Thread.interrupted();
                control.report(Progress.builder("verifying", 100).build());
                ExportFiles files = new ExportFiles(staging.folder(), provider, json);
                List<ExportedFile> exported = files.verify(result, options);
                List<ExportedFile> all = files.complete(vm, result, exported);
                control.report(Progress.builder("finishing", 100).build());
                FileTrees.sync(staging.folder());
                Map<String, Object> shown = shown(staging.result(), all, result, began);
                control.commit(shown);
                staging.publish(replace);
                published = true;
                return shown;
            } finally {
                Thread.interrupted();
                remove(staging);
            }
        } catch (FileAlreadyExistsException e) {
            throw taken(target.folder().resolve(name), replace);
        } catch (IOException e) {
            throw FileFailures.of("write to", target.folder(), e);
        } finally {
            if (made && !published) {
                removeMade();
            }
        }
    }

    /**
     * Checks that a result's name is free, or may be replaced.
     *
     * @throws PlugbayException {@link ErrorCode#CONFLICT}
     */
    static void checkFree(Path result, boolean replace) {
        if (Files.exists(result, LinkOption.NOFOLLOW_LINKS) && !(replace && StagingFolder.isExport(result))) {
            throw taken(result, replace);
        }
    }

    private static PlugbayException taken(Path result, boolean replace) {
        boolean export = StagingFolder.isExport(result);
        return PlugbayException.of(
                        ErrorCode.CONFLICT,
                        result + " exists"
                                + (export ? "." : replace ? " and is not an export, so it is not replaced." : "."))
                .remedy(
                        export
                                ? "Ask with --replace (\"replace\": true) to replace it, or choose another target."
                                : "Move it away, or choose another target.")
                .pointer("/target")
                .build();
    }

    private StagingFolder stage(JobControl control) throws IOException {
        try {
            return StagingFolder.make(target.folder(), control.id(), name, renames);
        } catch (NoSuchFileException e) {
            // Another export that had made the target took it away again when it failed.
            if (!target.make()) {
                throw e;
            }
            return StagingFolder.make(target.folder(), control.id(), name, renames);
        }
    }

    private ExportResult export(JobControl control, Path folder) {
        CallOptions call =
                CallOptions.by("job:" + control.id()).traceId(control.id()).cancellation(control.cancellation());
        try {
            return host.call(call, () -> provider.vms().export(vm.id(), options, folder, control::report));
        } catch (PlugbayException e) {
            if (e.code() == ErrorCode.INSUFFICIENT_STORAGE && e.remedy().isEmpty()) {
                throw PlugbayException.of(e.code(), e.detail())
                        .plugin(provider.plugin())
                        .instance(provider.instance())
                        .remedy(FileFailures.MAKE_ROOM)
                        .build();
            }
            // Many providers pass on what their system says and nothing else.
            throw e.code() == ErrorCode.CALL_FAILED && tellsOfFullDisk(e)
                    ? FileFailures.full(target.folder(), e.detail())
                    : e;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new PlugbayException(ErrorCode.INTERNAL, "The provider could not be called: " + e + ".");
        }
    }

    private static boolean tellsOfFullDisk(PlugbayException failure) {
        return FileFailures.isFull(failure.detail())
                || (failure instanceof PluginCallException call
                        && call.causes().stream().anyMatch(cause -> FileFailures.isFull(cause.message())));
    }

    private void warnWhenFull() {
        long wanted = vm.disks().stream()
                .filter(disk -> options.disks().isEmpty() || options.disks().contains(disk.id()))
                .mapToLong(disk -> disk.allocatedBytes().orElse(disk.capacityBytes()))
                .sum();
        try {
            long free = Files.getFileStore(target.folder()).getUsableSpace();
            if (wanted > free) {
                LOG.warn(
                        "Export of {} may need {} bytes, but {} has {} left", vm.name(), wanted, target.folder(), free);
            }
        } catch (IOException e) {
            LOG.debug("Free space of {} is not known: {}", target.folder(), e.toString());
        }
    }

    private static void remove(StagingFolder staging) {
        try {
            staging.remove();
        } catch (IOException e) {
            // The job stays marked as staged, so the next start of the host tries again.
            LOG.warn("{} could not be removed: {}", staging.folder(), e.toString());
        }
    }

    private void removeMade() {
        try {
            Files.deleteIfExists(target.folder());
        } catch (IOException e) {
            LOG.debug("{} stays, it is in use: {}", target.folder(), e.toString());
        }
    }

    private Map<String, Object> shown(Path folder, List<ExportedFile> files, ExportResult result, long began) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("folder", folder.toString());
        shown.put(
                "files",
                files.stream()
                        .map(file -> Map.of(
                                "path", folder.resolve(file.path()).toString(),
                                "bytes", file.bytes(),
                                "sha256", file.sha256()))
                        .toList());
        shown.put("logicalSize", result.logicalSize());
        shown.put("millis", (System.nanoTime() - began) / 1_000_000);
        shown.put("consistency", result.consistency().name());
        return shown;
    }
}
