package dev.plugbay.daemon;

import dev.plugbay.daemon.Examination.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** Examines the database without changing it: whole, free, not newer than this program, and not from the future. */
final class DatabaseExamination {
    private static final int BUSY_MILLIS = 2000;
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final int MOST_TOLD = 10;

    private final Path home;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    DatabaseExamination(Path home, Clock clock) {
        this.home = home;
        this.clock = clock;
    }

    List<Finding> findings() {
        Path file = home.resolve("plugbay.db");
        try {
            if (!Files.exists(file) || Files.size(file) == 0) {
                return List.of(Finding.warn("database", "there is none yet", "./plugbay up makes it."));
            }
            examine(file);
        } catch (SQLException e) {
            findings.add(Finding.fail("database", DatabaseFailures.of(e)));
        } catch (java.io.IOException e) {
            findings.add(Finding.fail("database", FileFailures.of("read", file, e)));
        }
        return findings;
    }

    private void examine(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            String integrity = text(statement, "PRAGMA integrity_check").orElse("no answer");
            if (!integrity.equals("ok")) {
                findings.add(Finding.fail(
                        "database", DatabaseFailures.of(new SQLException("[SQLITE_CORRUPT] " + integrity))));
                return;
            }
            String newest = text(statement, "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history")
                    .orElse("0");
            if (Integer.parseInt(newest) > Database.newest()) {
                findings.add(Finding.fail(
                        "database",
                        "plugbay.db was written by a newer version (its tables are of version " + newest
                                + ", this program knows " + Database.newest() + ")",
                        "Use that version, or move plugbay.db away to begin with an empty one."));
                return;
            }
            findings.add(Finding.ok("database", "whole, tables of version " + newest));
            writable(file);
            clock(statement);
            leftovers(statement);
        }
    }

    /** Takes the lock of writers for a moment, and writes nothing. */
    private void writable(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            findings.add(Finding.fail("database", DatabaseFailures.of(e)));
        }
    }

    private void clock(Statement statement) throws SQLException {
        Optional<String> newest =
                text(statement, "SELECT max(coalesce(finished_at, started_at, created_at)) FROM jobs");
        Instant now = clock.instant();
        try {
            Optional<Instant> last = newest.map(Instant::parse);
            if (last.isPresent() && last.get().isAfter(now.plus(SKEW))) {
                findings.add(Finding.warn(
                        "clock",
                        "the newest job is from " + last.get() + ", but the clock says " + now
                                + ": it was set back, or is wrong",
                        "Set the clock; nothing else is wrong: jobs keep their order whatever it says."));
            } else {
                findings.add(Finding.ok("clock", "agrees with the newest job"));
            }
        } catch (DateTimeParseException e) {
            findings.add(Finding.warn("clock", "the time of the newest job cannot be read: " + newest, ""));
        }
    }

    private void leftovers(Statement statement) throws SQLException {
        int told = 0;
        try (ResultSet rows = statement.executeQuery(
                "SELECT id, target, disk FROM jobs WHERE staged = 1 AND state NOT IN ('QUEUED', 'RUNNING') ORDER BY seq")) {
            while (rows.next() && told++ < MOST_TOLD) {
                Path target = Path.of(rows.getString(2));
                boolean away = TargetDisk.isAway(target, Optional.ofNullable(rows.getString(3)));
                findings.add(Finding.warn(
                        "leftovers",
                        "job " + rows.getString(1) + " may have left something in " + target
                                + (away ? ", whose disk is not there" : ""),
                        away
                                ? "Bring the disk back and restart the host, which removes it."
                                : "Restart the host, which removes it; its log says why if it cannot."));
            }
        }
    }

    private static Optional<String> text(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            return result.next() ? Optional.ofNullable(result.getString(1)) : Optional.empty();
        }
    }
}
