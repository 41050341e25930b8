package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.PluginHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes exports: checks what can be checked before anything is written, and makes jobs of them.
 *
 * <p>Shared by requests and jobs. {@code claims} has the result folders that jobs are about to make; a claim is taken before the job is stored and given
 * back when it is over, so two exports never work for the same folder.
 */
final class Exports {
    /** The kind of job. */
    static final String KIND = "export";

    private static final Logger LOG = LoggerFactory.getLogger(Exports.class);

    private final PluginHost host;
    private final Path home;
    private final VmNames names;
    private final ProviderCalls calls;
    private final Jobs jobs;
    private final JobStore store;
    private final JobIds ids;
    private final Json json;
    private final Supplier<List<Path>> allow;
    private final Predicate<Path> sweeping;
    private final AtomicRename renames;
    private final Map<Path, String> claims = new ConcurrentHashMap<>();

    /**
     * Exports through a host's providers.
     *
     * @param sweeping whether what earlier exports left in a target is still being removed
     * @param allow the roots that targets must lie in, as they are set now; empty for anywhere
     */
    Exports(
            PluginHost host,
            Path home,
            VmNames names,
            ProviderCalls calls,
            Jobs jobs,
            JobStore store,
            JobIds ids,
            Json json,
            AtomicRename renames,
            Predicate<Path> sweeping,
            Supplier<List<Path>> allow) {
        this.host = host;
        this.home = home;
        this.names = names;
        this.calls = calls;
        this.jobs = jobs;
        this.store = store;
        this.ids = ids;
        this.json = json;
        this.renames = renames;
        this.sweeping = sweeping;
        this.allow = allow;
    }

    /**
     * Takes an export; it is stored as a job when this returns.
     *
     * @throws PlugbayException {@link ErrorCode#NOT_FOUND} or {@link ErrorCode#CONFLICT} for the machine; {@link ErrorCode#INVALID_REQUEST} or {@link ErrorCode#PERMISSION_DENIED} for
     *     the target; {@link ErrorCode#CONFLICT} when its result exists; {@link ErrorCode#BUSY} when another job is making it, or the target is still being cleared; {@link ErrorCode#UNSUPPORTED} for a format that the provider
     *     does not have
     */
    Job submit(ExportRequest request, CallOptions options) {
        ExportTarget target = ExportTarget.of(request.target(), allow.get(), home);
        if (sweeping.test(target.folder())) {
            throw PlugbayException.of(
                            ErrorCode.BUSY,
                            "What exports of an earlier run of the host left in " + target.folder()
                                    + " is still being removed.")
                    .remedy("Ask again when its disk has answered, or choose another target.")
                    .build();
        }
        VmNames.Found machine = names.resolve(request.provider(), request.vm(), options);
        checkOptions(machine, request.options(), options);
        String name = VmFolderName.of(machine.vm().name(), machine.vm().id());
        Path result = target.folder().resolve(name);
        String id = ids.next();
        String other = claims.putIfAbsent(result, id);
        if (other != null) {
            throw PlugbayException.of(ErrorCode.BUSY, "Job " + other + " is already exporting to " + result + ".")
                    .remedy("Wait for it, cancel it, or choose another target.")
                    .detail("job", other)
                    .build();
        }
        boolean taken = false;
        try {
            ExportRun.checkFree(result, request.replace());
            ExportRun run =
                    new ExportRun(host, json, renames, machine, request.options(), target, name, request.replace());
            Job job = jobs.submit(new JobPlan(
                    id,
                    KIND,
                    machine.provider().instance(),
                    machine.vm().id(),
                    target.folder().toString(),
                    run,
                    () -> ended(id, target.folder(), result)));
            taken = true;
            return job;
        } finally {
            if (!taken) {
                claims.remove(result, id);
            }
        }
    }

    private void ended(String id, Path target, Path result) {
        claims.remove(result, id);
        if (!StagingFolder.isGone(target, id)) {
            return;
        }
        try {
            store.cleared(id);
        } catch (RuntimeException e) {
            LOG.warn("Job {} could not be marked as cleared: {}", id, e.toString());
        }
    }

    private void checkOptions(VmNames.Found machine, ExportOptions wanted, CallOptions options) {
        if (wanted.format().isPresent()) {
            List<String> formats = calls.ask(
                            machine.provider(),
                            options,
                            provider -> provider.vms().capabilities())
                    .exportFormats();
            String format = wanted.format().get();
            if (!formats.contains(format)) {
                throw PlugbayException.of(
                                ErrorCode.UNSUPPORTED,
                                "Provider " + machine.provider().instance() + " does not export " + format + ".")
                        .plugin(machine.provider().plugin())
                        .instance(machine.provider().instance())
                        .pointer("/format")
                        .remedy("It exports: " + String.join(", ", formats) + ".")
                        .build();
            }
        }
        VmInfo vm = machine.vm();
        List<String> disks = vm.disks().stream().map(VmDisk::id).toList();
        for (int i = 0; i < wanted.disks().size(); i++) {
            if (!disks.contains(wanted.disks().get(i))) {
                throw Body.invalid(
                                "disks/" + i,
                                "names a disk that " + vm.name() + " does not have: "
                                        + wanted.disks().get(i))
                        .remedy("Its disks: " + String.join(", ", disks) + ".")
                        .build();
            }
        }
    }
}
