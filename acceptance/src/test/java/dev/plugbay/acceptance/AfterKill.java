package dev.plugbay.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import tools.jackson.databind.JsonNode;

/**
 * What is wrong with a host that was started after another one of its home was killed: everything that is not as the ledger says, is not whole, or
 * should be gone. Nothing may be asked of the host meanwhile.
 */
final class AfterKill {
    private static final int JOBS_KEPT = 1000;

    private final Path home;
    private final Path targets;
    private final Ledger ledger;
    private final List<String> wrong = new ArrayList<>();

    private AfterKill(Path home, Path targets, Ledger ledger) {
        this.home = home;
        this.targets = targets;
        this.ledger = ledger;
    }

    /** Finds it; nothing when all is well. Where an answer was outstanding, the ledger knows afterwards how it ended. */
    static List<String> wrong(Daemon daemon, Rest rest, Path home, Path targets, Ledger ledger) {
        AfterKill after = new AfterKill(home, targets, ledger);
        try {
            after.database();
            after.answers();
            after.kept(rest);
            after.plugins(rest);
            after.jobs(rest);
            after.results();
            after.leftovers();
            after.artifacts();
            after.orphans(daemon);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return after.wrong;
    }

    private void database() {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(10_000);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + home.resolve("plugbay.db"));
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA integrity_check")) {
            result.next();
            if (!result.getString(1).equals("ok")) {
                wrong.add("the database is damaged: " + result.getString(1));
            }
            handovers(statement);
        } catch (SQLException e) {
            wrong.add("the database cannot be checked: " + e.getMessage());
        }
    }

    /** Each handover adds one to what the keeper keeps, before it is answered. */
    private void handovers(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT value FROM state WHERE instance = 'keeper'")) {
            int kept = result.next() ? Integer.parseInt(new String(result.getBytes(1), StandardCharsets.UTF_8)) : 0;
            if (kept < ledger.handovers.get()) {
                wrong.add(
                        "the keeper's state is " + kept + ", but acknowledged were " + ledger.handovers + " handovers");
            }
            ledger.handovers.set(kept);
        }
    }

    private void answers() {
        for (String no = ledger.unexplained.poll(); no != null; no = ledger.unexplained.poll()) {
            wrong.add("refused without a reason that can be: " + no);
        }
    }

    private void kept(Rest rest) {
        for (String key : ledger.keys()) {
            Told<Integer> told = Objects.requireNonNull(ledger.stored.get(key));
            int seen = rest.get("/providers/teller/vms?q=get:" + key)
                    .path("items")
                    .path(0)
                    .path("name")
                    .asInt(-1);
            compare("what the teller stored as " + key, told, seen);
        }
        compare(
                "the teller's configuration",
                ledger.mark,
                rest.get("/plugins/teller/config").path("mark").asInt(0));
    }

    private void plugins(Rest rest) {
        Map<String, JsonNode> plugins = new TreeMap<>();
        rest.get("/plugins")
                .path("items")
                .forEach(plugin -> plugins.put(plugin.path("id").asString(), plugin));
        branch(rest);
        for (String always : List.of("teller", "images", "keeper")) {
            state(plugins, always, "RUNNING");
        }
        boolean lit = plugins.containsKey("lamp")
                && plugins.get("lamp").path("enabled").asBoolean();
        compare("whether the lamp is enabled", ledger.lamp, lit);
        state(plugins, "lamp", lit ? "RUNNING" : "DISABLED");
        JsonNode guest = plugins.get("guest");
        compare(
                "the version of the guest",
                ledger.guest,
                guest == null ? "" : guest.path("version").asString());
        if (guest != null) {
            state(plugins, "guest", "RUNNING");
        }
    }

    private void branch(Rest rest) {
        Rest.Answer instance = rest.send("GET", "/plugins/teller/instances/branch", "");
        int mark = instance.status() == 404
                ? 0
                : rest.get("/plugins/teller/instances/branch/config")
                        .path("mark")
                        .asInt(-1);
        compare("the second instance's configuration", ledger.branch, mark);
        if (mark != 0 && !instance.json().path("state").asString().equals("RUNNING")) {
            wrong.add("the second instance should be RUNNING: " + instance);
        }
    }

    private void state(Map<String, JsonNode> plugins, String id, String wanted) {
        JsonNode plugin = plugins.get(id);
        if (plugin == null || !plugin.path("state").asString().equals(wanted)) {
            wrong.add(id + " should be " + wanted + ": " + plugin);
        }
    }

    private <T> void compare(String what, Told<T> told, T seen) {
        if (!told.allows(seen)) {
            wrong.add(what + " is " + seen + ", but acknowledged was " + told);
        }
        told.settle(seen);
    }

    private void jobs(Rest rest) {
        ledger.exports.keySet().forEach(job -> {
            Rest.Answer answer = rest.send("GET", "/jobs/" + job, "");
            if (answer.status() != 200) {
                if (outlived(rest, job)) {
                    ledger.exports.remove(job);
                    ledger.ended.remove(job);
                } else {
                    wrong.add("job " + job + " is forgotten: " + answer);
                }
                return;
            }
            JsonNode shown = answer.json();
            String state = shown.path("state").asString();
            String seen = ledger.ended.get(job);
            if (seen != null && !seen.equals(state)) {
                wrong.add("job " + job + " was " + seen + " and is now " + state);
            } else if (!List.of("SUCCEEDED", "FAILED", "INTERRUPTED").contains(state)) {
                wrong.add("job " + job + " has not ended: " + shown);
            } else if (state.equals("INTERRUPTED")
                    && shown.path("problem").path("remedy").asString("").isEmpty()) {
                wrong.add("job " + job + " does not say what to do: " + shown);
            } else if (state.equals("SUCCEEDED")
                    && shown.path("result").path("files").isEmpty()) {
                wrong.add("job " + job + " shows no result: " + shown);
            }
            ledger.ended.put(job, state);
        });
    }

    /** Whether as many jobs as are kept are newer; ids are in the order of their making. */
    private static boolean outlived(Rest rest, String job) {
        int newer = 0;
        String cursor = "";
        do {
            JsonNode page = rest.get("/jobs?limit=200" + cursor);
            for (JsonNode other : page.path("items")) {
                if (other.path("id").asString().compareTo(job) < 0) {
                    return false;
                }
                newer++;
            }
            String next = page.path("next").asString("");
            cursor = next.isEmpty() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        return newer >= JOBS_KEPT;
    }

    private void results() throws IOException {
        for (Map.Entry<String, Path> export : Map.copyOf(ledger.exports).entrySet()) {
            Path result = export.getValue();
            Path target = Objects.requireNonNull(result.getParent());
            boolean lasting = target.getFileName().toString().startsWith("lasting");
            boolean succeeded = "SUCCEEDED".equals(ledger.ended.get(export.getKey()));
            boolean there = Files.exists(result, LinkOption.NOFOLLOW_LINKS);
            if (there && !lasting && !succeeded) {
                wrong.add(result + " is there, but its job is " + ledger.ended.get(export.getKey()));
            } else if (!there && succeeded) {
                wrong.add(result + " is not there, but its job succeeded");
            }
            if (there) {
                whole(result);
            }
            if (!lasting) {
                // Seen once, it need not be read after each kill.
                ledger.exports.remove(export.getKey());
                ledger.ended.remove(export.getKey());
                if (there) {
                    HomeListing.delete(target);
                }
            }
        }
    }

    private void whole(Path result) {
        if (!Files.exists(result.resolve("vm.json"))) {
            wrong.add(result + " has no vm.json");
            return;
        }
        Ran sums =
                Ran.of(new ProcessBuilder("sha256sum", "--strict", "-c", "SHA256SUMS").directory(result.toFile()), 60);
        if (sums.exit() != 0) {
            wrong.add(result + " is not whole: " + sums);
        }
    }

    private void leftovers() throws IOException {
        try (Stream<Path> files = Files.walk(targets)) {
            files.filter(file -> file.getFileName().toString().startsWith(".plugbay-"))
                    .forEach(file -> wrong.add("left in a target: " + file));
        }
        try (Stream<Path> files = Files.walk(home.resolve("run"))) {
            files.filter(file -> !file.equals(home.resolve("run"))
                            && !List.of("daemon.json", "daemon.lock", "uploads")
                                    .contains(file.getFileName().toString()))
                    .forEach(file -> wrong.add("left in the run folder: " + file));
        }
    }

    private void artifacts() throws IOException {
        try (Stream<Path> folders = Files.list(home.resolve("artifacts"))) {
            for (Path folder : folders.toList()) {
                Path jar = folder.resolve("files/plugin.jar");
                String name = folder.getFileName().toString();
                if (!Files.exists(jar) || !HomeListing.sha256(jar).equals(name)) {
                    wrong.add("half an artifact: " + folder);
                }
            }
        }
    }

    /** Processes that say in their command line that they work here. They may take a moment to end. */
    private void orphans(Daemon daemon) {
        Path work = Objects.requireNonNull(home.getParent());
        for (int look = 0; ; look++) {
            List<ProcessHandle> left = ProcessHandle.allProcesses()
                    .filter(process -> process.pid() != daemon.pid())
                    .filter(process -> process.info().commandLine().orElse("").contains(work + "/"))
                    .toList();
            if (left.isEmpty()) {
                return;
            }
            if (look == 300) {
                left.forEach(process -> wrong.add("an orphan: " + process.info()));
                return;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
        }
    }
}
