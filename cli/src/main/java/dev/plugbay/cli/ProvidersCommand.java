package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Providers of virtual machines. */
@Command(
        name = "providers",
        description = "List providers of virtual machines, or check one.",
        synopsisSubcommandLabel = "[COMMAND]")
final class ProvidersCommand implements Callable<Integer> {
    private static final String PROVIDERS = "/api/v1/providers";

    private final Session session;

    ProvidersCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return list();
    }

    @Command(description = "List all providers.")
    int list() {
        JsonNode providers = session.host().list(PROVIDERS, List.of(), Integer.MAX_VALUE);
        Table table = new Table("instance", "plugin", "state", "formats", "health");
        for (JsonNode provider : providers.path("items")) {
            table.row(
                    Json.text(provider, "instance"),
                    Json.text(provider, "plugin"),
                    Json.text(provider, "state"),
                    Json.joined(provider.path("capabilities"), "exportFormats"),
                    PluginViews.health(provider.path("health")));
        }
        session.show(providers, table, "No providers. See: plugbay plugins");
        return ExitCodes.OK;
    }

    @Command(description = "Show one provider and what it can do.")
    int show(@Parameters(paramLabel = "INSTANCE", description = "The provider.") String instance) {
        JsonNode provider = session.host().get(PROVIDERS + "/" + Rest.encode(instance));
        session.show(provider, () -> {
            JsonNode can = provider.path("capabilities");
            return new Facts()
                    .add("instance", Json.text(provider, "instance"))
                    .add("plugin", Json.text(provider, "plugin"))
                    .add("version", Json.text(provider, "version"))
                    .add("state", Json.text(provider, "state"))
                    .add("health", PluginViews.health(provider.path("health")))
                    .add("export formats", Json.joined(can, "exportFormats"))
                    .add("compressions", Json.joined(can, "compressions"))
                    .add("consistencies", Json.joined(can, "consistencies"))
                    .add("live export", Json.text(can, "liveExport"))
                    .add("power", Json.text(can, "power"))
                    .add("snapshots", Json.text(can, "snapshots"))
                    .lines();
        });
        return ExitCodes.OK;
    }

    @Command(description = "Check whether a provider can be used.")
    int validate(@Parameters(paramLabel = "INSTANCE", description = "The provider.") String instance) {
        JsonNode answer = session.host().post(PROVIDERS + "/" + Rest.encode(instance) + "/validate");
        boolean ok = answer.path("ok").asBoolean(false);
        session.show(answer, () -> {
            List<String> lines = new ArrayList<>();
            lines.add(Text.clean(instance) + (ok ? " can be used" : " cannot be used"));
            for (JsonNode message : answer.path("messages")) {
                lines.add("  " + Text.clean(Json.text(message)));
            }
            return lines;
        });
        return ok ? ExitCodes.OK : ExitCodes.FAILED;
    }
}
