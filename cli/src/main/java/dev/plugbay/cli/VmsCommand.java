package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Virtual machines of all providers: listing, showing, power. */
@Command(
        name = "vms",
        description = "List virtual machines; show, start or stop one.",
        synopsisSubcommandLabel = "[COMMAND]")
final class VmsCommand implements Callable<Integer> {
    private static final String NAMED =
            "Its id or its name if only one has it; INSTANCE/ before it names the provider.";

    private final Session session;

    @Mixin
    private final Filters filters = new Filters();

    VmsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return show(filters);
    }

    @Command(description = "List virtual machines.")
    int list(@Mixin Filters which) {
        return show(which);
    }

    @Command(description = "Show one virtual machine.")
    int show(@Parameters(paramLabel = "VM", description = NAMED) String named) {
        JsonNode vm = new VmNames(session.host()).find(named);
        session.show(vm, () -> VmViews.details(vm));
        return ExitCodes.OK;
    }

    @Command(description = "Start a virtual machine; one that is paused or saved goes on.")
    int start(@Parameters(paramLabel = "VM", description = NAMED) String named) {
        return power(named, "start", "started", Json.object());
    }

    @Command(description = "Stop a virtual machine, and wait until it is off.")
    int stop(
            @Parameters(paramLabel = "VM", description = NAMED) String named,
            @Option(names = "--hard", description = "Take the power away instead of asking the guest to shut down.")
                    boolean hard) {
        return power(named, "stop", "stopped", Json.object().put("mode", hard ? "HARD" : "GRACEFUL"));
    }

    private int power(String named, String action, String done, ObjectNode body) {
        JsonNode vm = new VmNames(session.host()).find(named);
        String path = "/api/v1/providers/" + Rest.encode(Json.text(vm, "provider")) + "/vms/"
                + Rest.encode(Json.text(vm, "id")) + "/" + action;
        JsonNode after = session.host().post(path, body);
        session.show(after, () -> List.of(Json.text(vm, "name") + " " + done + ": " + Json.text(after, "powerState")));
        return ExitCodes.OK;
    }

    private int show(Filters which) {
        JsonNode vms = session.host().list(which.path(), which.query(), which.most);
        session.show(vms, VmViews.list(vms.path("items")), "No virtual machines.");
        for (JsonNode warning : vms.path("warnings")) {
            String from = Json.text(warning, "instance");
            session.say("warning: " + (from.isEmpty() ? "" : from + ": ") + Json.text(warning, "detail"));
        }
        return ExitCodes.OK;
    }

    /** Which machines are wanted; all of what is given must be true of one. */
    static final class Filters {
        @Option(names = "--provider", paramLabel = "INSTANCE", description = "Of this provider only.")
        private @Nullable String provider;

        @Option(names = "--name", paramLabel = "GLOB", description = "Name, regardless of case; * and ? are wildcards.")
        private @Nullable String name;

        @Option(
                names = "--power",
                paramLabel = "STATE",
                split = ",",
                description = "Any of RUNNING, STOPPED, PAUSED, SUSPENDED, STARTING, STOPPING, UNKNOWN.")
        private @Nullable List<String> power;

        @Option(names = "--location", paramLabel = "TEXT", description = "Location, exactly.")
        private @Nullable String location;

        @Option(names = "--type", paramLabel = "TEXT", description = "Type, exactly.")
        private @Nullable String type;

        @Option(names = "--os", paramLabel = "TEXT", description = "Part of the guest's operating system.")
        private @Nullable String guestOs;

        @Option(names = "--ip", paramLabel = "ADDRESS", description = "One of its addresses, exactly.")
        private @Nullable String ipAddress;

        @Option(names = "--tag", paramLabel = "KEY[=VALUE]", description = "A tag it has; may be repeated.")
        private @Nullable List<String> tags;

        @Option(
                names = {"-q", "--search"},
                paramLabel = "TEXT",
                description = "Search in whatever the provider searches in.")
        private @Nullable String search;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "2147483647", description = "At most so many.")
        private int most;

        String path() {
            return provider == null ? "/api/v1/vms" : "/api/v1/providers/" + Rest.encode(provider) + "/vms";
        }

        List<Map.Entry<String, String>> query() {
            if (most < 1) {
                throw Failure.usage("--limit must be at least 1.", "Leave it out for all.");
            }
            List<Map.Entry<String, String>> query = new ArrayList<>();
            put(query, "name", name);
            put(query, "powerState", power == null ? null : String.join(",", power));
            put(query, "location", location);
            put(query, "type", type);
            put(query, "guestOs", guestOs);
            put(query, "ipAddress", ipAddress);
            for (String tag : tags == null ? List.<String>of() : tags) {
                put(query, "tag", tag);
            }
            put(query, "q", search);
            return query;
        }

        private static void put(List<Map.Entry<String, String>> query, String name, @Nullable String value) {
            if (value != null) {
                query.add(Map.entry(name, value));
            }
        }
    }
}
