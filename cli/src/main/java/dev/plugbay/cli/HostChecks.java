package dev.plugbay.cli;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The host: answers, accepts our token, is ready, and its plugins are well. */
final class HostChecks {
    private final Session session;

    HostChecks(Session session) {
        this.session = session;
    }

    void run(Diagnosis diagnosis) {
        Rest host;
        try {
            host = session.host();
        } catch (Failure none) {
            if (diagnosis.knows("host")) {
                return; // its home folder told more
            }
            diagnosis.warn("host", none.getMessage() == null ? "not running" : none.getMessage(), remedy(none));
            return;
        }
        try {
            JsonNode version = host.get("/api/v1/version");
            diagnosis.ok(
                    "host",
                    Json.text(version, "version") + " at " + host.address().url());
            JsonNode problem = version.path("configProblem");
            if (problem.isObject()) {
                diagnosis.fail("config", PluginViews.problem(problem), Json.text(problem, "remedy"));
            } else {
                diagnosis.ok("config", "read");
            }
            ready(diagnosis, host);
            plugins(diagnosis, host);
        } catch (Failure failure) {
            diagnosis.fail(
                    "host", failure.getMessage() == null ? "does not answer" : failure.getMessage(), remedy(failure));
        }
    }

    private static void ready(Diagnosis diagnosis, Rest host) {
        if (host.status("/readyz") == 200) {
            diagnosis.ok("ready", "every enabled plugin was tried");
        } else {
            diagnosis.warn("ready", "the host is still starting", "Wait a moment; its terminal says what it does.");
        }
    }

    private static void plugins(Diagnosis diagnosis, Rest host) {
        for (JsonNode plugin :
                host.list("/api/v1/plugins", List.of(), Integer.MAX_VALUE).path("items")) {
            String id = Json.text(plugin, "id");
            use(diagnosis, "plugin " + id, id, plugin);
            for (JsonNode instance : plugin.path("instances")) {
                String name = Json.text(instance, "name");
                if (!name.equals(id)) {
                    use(diagnosis, "instance " + name, id + " --instance " + name, instance);
                }
            }
        }
    }

    /** A plugin, which is its default instance, or another one of its instances. */
    private static void use(Diagnosis diagnosis, String name, String named, JsonNode plugin) {
        JsonNode problem = plugin.path("problem");
        JsonNode health = plugin.path("health");
        String level = Json.text(health, "level");
        if (problem.isObject()) {
            String remedy = Json.text(problem, "remedy");
            String detail = PluginViews.problem(problem);
            if (Json.text(plugin, "state").equals("RUNNING")) {
                diagnosis.warn(name, detail, remedy);
            } else {
                diagnosis.fail(name, detail, remedy);
            }
        } else if (level.equals("UNHEALTHY") || level.equals("CRITICAL") || level.equals("DEGRADED")) {
            diagnosis.warn(name, PluginViews.health(health), "See: plugbay plugins log " + named);
        } else {
            diagnosis.ok(name, (Json.text(plugin, "state") + " " + level).strip());
        }
    }

    private static String remedy(Failure failure) {
        return Json.text(failure.problem(), "remedy");
    }
}
