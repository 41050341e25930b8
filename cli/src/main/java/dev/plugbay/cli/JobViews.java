package dev.plugbay.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Jobs as people read them. */
final class JobViews {
    private JobViews() {}

    static Table list(JsonNode jobs) {
        Table table = new Table("id", "kind", "state", "progress", "provider", "vm", "phase", "created", "target");
        for (JsonNode job : jobs) {
            table.row(
                    Json.text(job, "id"),
                    Json.text(job, "kind"),
                    Json.text(job, "state"),
                    Json.number(job, "progress").map(percent -> percent + " %").orElse(""),
                    Json.text(job, "provider"),
                    Json.text(job, "vm"),
                    Json.text(job, "phase"),
                    Times.local(Json.text(job, "createdAt")),
                    Json.text(job, "target"));
        }
        return table;
    }

    static List<String> details(JsonNode job) {
        Facts facts = new Facts();
        for (String member : List.of("id", "kind", "state", "provider", "vm", "target", "phase")) {
            facts.add(member, Json.text(job, member));
        }
        facts.add("progress", Json.text(job, "progress") + " %" + ProgressInLines.bytes(job));
        for (String member : List.of("createdAt", "startedAt", "finishedAt")) {
            facts.add(member, Json.text(job, member));
        }
        JsonNode problem = job.path("problem");
        facts.add("problem", PluginViews.problem(problem));
        facts.add("remedy", Json.text(problem, "remedy"));
        List<String> lines = new ArrayList<>(facts.lines());
        if (!job.path("result").isMissingNode()) {
            lines.add("");
            lines.addAll(result(job));
        }
        return lines;
    }

    /** What a job made: the folder, and each file with its size and checksum. */
    static List<String> result(JsonNode job) {
        JsonNode result = job.path("result");
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder(Json.text(result, "folder"));
        Json.number(result, "millis")
                .ifPresent(millis -> head.append("  in ").append(Text.duration(Duration.ofMillis(millis))));
        String consistency = Json.text(result, "consistency");
        if (!consistency.isEmpty()) {
            head.append(", consistency ").append(consistency);
        }
        lines.add(Text.clean(head.toString()));
        if (!result.path("files").isEmpty()) {
            Table files = new Table("file", "size", "sha256");
            for (JsonNode file : result.path("files")) {
                Path name = Path.of(Json.text(file, "path")).getFileName();
                files.row(
                        name == null ? "" : name.toString(),
                        Json.number(file, "bytes").map(Text::bytes).orElse(""),
                        Json.text(file, "sha256"));
            }
            lines.addAll(files.lines(0));
        }
        return lines;
    }
}
