package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The host at a glance. */
@Command(name = "status", description = "Show the host at a glance: version, readiness, plugins, jobs.")
final class StatusCommand implements Callable<Integer> {
    private final Session session;

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Rest host = session.host();
        JsonNode version = host.get("/api/v1/version");
        boolean ready = host.status("/readyz") == 200;
        JsonNode plugins =
                host.list("/api/v1/plugins", List.of(), Integer.MAX_VALUE).path("items");
        JsonNode jobs = host.list("/api/v1/jobs", List.of(), Integer.MAX_VALUE).path("items");
        ObjectNode status = Json.object();
        status.put("url", host.address().url());
        host.address().pid().ifPresent(pid -> status.put("pid", pid));
        status.set("version", version);
        status.put("ready", ready);
        status.set("plugins", counts(plugins));
        status.set("jobs", counts(jobs));
        ArrayNode problems = status.putArray("problems");
        if (version.path("configProblem").isObject()) {
            problems.add(version.path("configProblem"));
        }
        for (JsonNode plugin : plugins) {
            if (plugin.path("problem").isObject()) {
                problems.add(plugin.path("problem"));
            }
        }
        session.show(status, () -> lines(status, plugins));
        return ExitCodes.OK;
    }

    private static List<String> lines(JsonNode status, JsonNode plugins) {
        Facts facts = new Facts()
                .add("host", Json.text(status, "url"))
                .add("process", Json.text(status, "pid"))
                .add("version", Json.text(status.path("version"), "version"))
                .add("ready", status.path("ready").asBoolean(false) ? "yes" : "no")
                .add("plugins", words(status.path("plugins")))
                .add("jobs", words(status.path("jobs")));
        List<String> lines = new ArrayList<>(facts.lines());
        String config = PluginViews.problem(status.path("version").path("configProblem"));
        if (!config.isEmpty()) {
            lines.add(Text.clean("problem of the configuration: " + config));
        }
        for (JsonNode plugin : plugins) {
            String problem = PluginViews.problem(plugin.path("problem"));
            if (!problem.isEmpty()) {
                lines.add(Text.clean("problem of " + Json.text(plugin, "id") + ": " + problem));
            }
        }
        return lines;
    }

    private static ObjectNode counts(JsonNode items) {
        Map<String, Integer> byState = new TreeMap<>();
        for (JsonNode item : items) {
            byState.merge(Json.text(item, "state"), 1, Integer::sum);
        }
        ObjectNode counts = Json.object();
        byState.forEach(counts::put);
        return counts;
    }

    private static String words(JsonNode counts) {
        List<String> words = new ArrayList<>();
        counts.properties().forEach(count -> words.add(Json.text(count.getValue()) + " " + count.getKey()));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }
}
