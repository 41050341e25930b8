package dev.plugbay.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Exports a virtual machine: a job of the host, followed until it ends. */
@Command(
        name = "export",
        description = {
            "Export a virtual machine's disks into a folder.",
            "Ctrl-C cancels the export, a second one leaves it running; so do SIGTERM and a closed terminal."
        })
final class ExportCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "VM",
            description = "Its id or its name if only one has it; INSTANCE/ before it names the provider.")
    private String vm = "";

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "The folder in which a folder with the machine's name is made.")
    private String target = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Such as raw or qcow2; else what the provider prefers.")
    private @Nullable String format;

    @Option(names = "--compression", paramLabel = "KIND", description = "none, gzip or zstd. Default: none.")
    private @Nullable String compression;

    @Option(names = "--level", paramLabel = "N", description = "Level of the compression, 1 (fast) to 22 (small).")
    private @Nullable Integer level;

    @Option(names = "--disk", paramLabel = "ID", description = "Only this disk; may be repeated.")
    private @Nullable List<String> disks;

    @Option(
            names = "--consistency",
            paramLabel = "KIND",
            description = "crash or filesystem, at least. Default: crash.")
    private @Nullable String consistency;

    @Option(names = "--snapshots", description = "Include snapshots.")
    private boolean snapshots;

    @Option(names = "--remove-cdrom", description = "Leave out CD-ROM drives.")
    private boolean removeCdrom;

    @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "Kept in the result; may be repeated.")
    private @Nullable Map<String, String> metadata;

    @Option(names = "--replace", description = "Replace a folder of that name which is there already.")
    private boolean replace;

    @Option(names = "--detach", description = "Print the job's id and do not wait.")
    private boolean detach;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        ObjectNode request = request();
        if (detach) {
            JsonNode job = session.host().post("/api/v1/exports", request);
            session.show(job, () -> List.of(Text.clean(Json.text(job, "id"))));
            return ExitCodes.OK;
        }
        JobFollower follower = new JobFollower(session);
        follower.cancelOnInterrupt();
        JsonNode started = session.host().post("/api/v1/exports", request);
        JsonNode job = follower.follow(started);
        session.show(job, () -> JobViews.result(job));
        String folder = Json.text(job.path("result"), "folder");
        if (!folder.isEmpty()) {
            session.say("Verify with: (cd " + quoted(folder) + " && sha256sum -c SHA256SUMS)");
        }
        return ExitCodes.OK;
    }

    private ObjectNode request() {
        ObjectNode request = Json.object();
        request.put("vm", vm);
        request.put("target", Path.of(target).toAbsolutePath().normalize().toString());
        put(request, "format", format);
        put(request, "compression", upper(compression));
        if (level != null) {
            request.put("compressionLevel", level);
        }
        if (disks != null) {
            ArrayNode ids = request.putArray("disks");
            disks.forEach(ids::add);
        }
        put(request, "consistency", upper(consistency));
        if (snapshots) {
            request.put("snapshots", true);
        }
        if (removeCdrom) {
            request.put("removeCdrom", true);
        }
        if (metadata != null) {
            ObjectNode kept = request.putObject("metadata");
            metadata.forEach(kept::put);
        }
        if (replace) {
            request.put("replace", true);
        }
        return request;
    }

    private static void put(ObjectNode request, String name, @Nullable String value) {
        if (value != null) {
            request.put(name, value);
        }
    }

    private static @Nullable String upper(@Nullable String word) {
        return word == null ? null : word.toUpperCase(Locale.ROOT);
    }

    private static String quoted(String path) {
        return path.matches("[A-Za-z0-9_./+:@-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }
}
