package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Plugins as people read them. */
final class PluginViews {
    private PluginViews() {}

    static Table list(JsonNode plugins) {
        Table table = new Table("id", "version", "state", "health", "generation", "problem");
        for (JsonNode plugin : plugins) {
            table.row(
                    Json.text(plugin, "id"),
                    Json.text(plugin, "version"),
                    Json.text(plugin, "state"),
                    Json.text(plugin.path("health"), "level"),
                    Json.text(plugin, "generation"),
                    Json.text(plugin.path("problem"), "code"));
        }
        return table;
    }

    /** What came of each plugin when all were reloaded. */
    static Table reloads(JsonNode reloads) {
        Table table = new Table("id", "version", "generation", "outcome");
        for (JsonNode reload : reloads) {
            JsonNode plugin = reload.path("plugin");
            String problem = problem(reload.path("problem"));
            table.row(
                    Json.text(reload, "id"),
                    Json.text(plugin, "version"),
                    Json.text(plugin, "generation"),
                    problem.isEmpty() ? "reloaded" : problem);
        }
        return table;
    }

    static boolean anyProblem(JsonNode plugins) {
        for (JsonNode plugin : plugins) {
            if (!plugin.path("problem").isMissingNode()) {
                return true;
            }
        }
        return false;
    }

    static Table candidates(JsonNode candidates) {
        Table table = new Table("path", "id", "version", "outcome", "reason");
        for (JsonNode candidate : candidates) {
            table.row(
                    Json.text(candidate, "path"),
                    Json.text(candidate, "id"),
                    Json.text(candidate, "version"),
                    Json.text(candidate, "outcome"),
                    Json.text(candidate, "reason"));
        }
        return table;
    }

    /** What a request did to a plugin, in one line, and to each of its other instances. */
    static List<String> outcomes(JsonNode plugin, String named, String done) {
        List<String> lines = new ArrayList<>(List.of(outcome(plugin, named, done)));
        for (JsonNode instance : plugin.path("instances")) {
            if (!Json.text(instance, "name").equals(Json.text(plugin, "id"))) {
                lines.add("  instance " + outcome(instance, "", "").replace(" :", ":"));
            }
        }
        return lines;
    }

    /** What a request did to a plugin or an instance, in one line. */
    static String outcome(JsonNode plugin, String named, String done) {
        String id = Json.text(plugin, plugin.has("id") ? "id" : "name");
        String version = Json.text(plugin, "version");
        String state = Json.text(plugin, "state");
        String generation = Json.text(plugin, "generation");
        StringBuilder line = new StringBuilder(id.isEmpty() ? named : id);
        if (!version.isEmpty()) {
            line.append(' ').append(version);
        }
        line.append(' ').append(done);
        if (!state.isEmpty()) {
            line.append(": ").append(state);
        }
        if (!generation.isEmpty()) {
            line.append(", generation ").append(generation);
        }
        return Text.clean(line.toString());
    }

    static List<String> details(JsonNode plugin) {
        Facts facts = new Facts();
        for (String member : List.of(
                "id",
                "name",
                "version",
                "description",
                "author",
                "license",
                "homepage",
                "state",
                "enabled",
                "generation",
                "loadedAt",
                "isolation",
                "artifact",
                "source")) {
            facts.add(member, Json.text(plugin, member));
        }
        List<String> capabilities = new ArrayList<>();
        for (JsonNode capability : plugin.path("capabilities")) {
            capabilities.add((Json.text(capability, "id") + " " + Json.text(capability, "version")).strip());
        }
        facts.add("capabilities", String.join(", ", capabilities));
        facts.add("health", health(plugin.path("health")));
        JsonNode problem = plugin.path("problem");
        facts.add("problem", problem(problem));
        facts.add("remedy", Json.text(problem, "remedy"));
        List<String> lines = new ArrayList<>(facts.lines());
        addInstances(lines, plugin.path("instances"));
        addExtensions(lines, plugin.path("extensions"));
        if (!plugin.path("candidates").isEmpty()) {
            lines.add("");
            lines.addAll(candidates(plugin.path("candidates")).lines(0));
        }
        addVerdicts(lines, plugin.path("verdicts"));
        return lines;
    }

    static String health(JsonNode health) {
        String reasons = Json.joined(health, "reasons");
        return Json.text(health, "level") + (reasons.isEmpty() ? "" : ": " + reasons);
    }

    static String problem(JsonNode problem) {
        if (problem.isMissingNode()) {
            return "";
        }
        String pointer = Json.text(problem, "pointer");
        return Json.text(problem, "code") + (pointer.isEmpty() ? "" : " at " + pointer) + ": "
                + Json.text(problem, "detail");
    }

    private static void addInstances(List<String> lines, JsonNode instances) {
        if (instances.isEmpty()) {
            return;
        }
        lines.add("");
        lines.addAll(instances(instances, false).lines(0));
    }

    /** Instances, with their plugin if they may be several plugins'. */
    static Table instances(JsonNode instances, boolean ofSeveral) {
        List<String> columns = new ArrayList<>(
                List.of("instance", "version", "state", "health", "generation", "old generations", "problem"));
        if (ofSeveral) {
            columns.add(1, "plugin");
        }
        Table table = new Table(columns.toArray(String[]::new));
        for (JsonNode instance : instances) {
            List<String> row = new ArrayList<>(List.of(
                    Json.text(instance, "name"),
                    Json.text(instance, "version"),
                    Json.text(instance, "state"),
                    health(instance.path("health")),
                    Json.text(instance, "generation"),
                    verdicts(instance.path("verdicts")),
                    problem(instance.path("problem"))));
            if (ofSeveral) {
                row.add(1, Json.text(instance, "plugin"));
            }
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    /** How many old generations came to which end: {@code 3 RELEASED, 1 PENDING}. */
    private static String verdicts(JsonNode verdicts) {
        Map<String, Integer> counts = new TreeMap<>();
        verdicts.forEach(verdict -> counts.merge(Json.text(verdict, "outcome"), 1, Integer::sum));
        return counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
    }

    /** Everything about one instance. */
    static List<String> instance(JsonNode instance) {
        Facts facts =
                new Facts().add("instance", Json.text(instance, "name")).add("plugin", Json.text(instance, "plugin"));
        for (String member : List.of("version", "state", "enabled", "generation", "loadedAt")) {
            facts.add(member, Json.text(instance, member));
        }
        facts.add("set by", Json.text(instance, "origin"));
        facts.add("health", health(instance.path("health")));
        facts.add("problem", problem(instance.path("problem")));
        facts.add("remedy", Json.text(instance.path("problem"), "remedy"));
        List<String> lines = new ArrayList<>(facts.lines());
        addVerdicts(lines, instance.path("verdicts"));
        return lines;
    }

    private static void addExtensions(List<String> lines, JsonNode extensions) {
        if (extensions.isEmpty()) {
            return;
        }
        Table table = new Table("extension point", "name", "instance");
        for (JsonNode extension : extensions) {
            table.row(Json.text(extension, "point"), Json.text(extension, "name"), Json.text(extension, "instance"));
        }
        lines.add("");
        lines.addAll(table.lines(0));
    }

    private static void addVerdicts(List<String> lines, JsonNode verdicts) {
        if (verdicts.isEmpty()) {
            return;
        }
        Table table = new Table("old generation", "version", "verdict", "millis", "held by / waits for");
        for (JsonNode verdict : verdicts) {
            List<String> holders = new ArrayList<>();
            for (JsonNode holder : verdict.path("holders")) {
                String where = Json.text(holder, "where");
                holders.add((Json.text(holder, "kind") + " " + Json.text(holder, "name")).strip()
                        + (where.isEmpty() ? "" : " at " + where));
            }
            for (JsonNode wait : verdict.path("waitsFor")) {
                holders.add(Json.text(wait));
            }
            table.row(
                    Json.text(verdict, "generation"),
                    Json.text(verdict, "version"),
                    Json.text(verdict, "outcome"),
                    Json.text(verdict, "millis"),
                    String.join("; ", holders));
        }
        lines.add("");
        lines.addAll(table.lines(0));
    }
}
