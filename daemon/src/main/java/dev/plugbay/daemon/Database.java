package dev.plugbay.daemon;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The database of a home folder: SQLite with a write-ahead log and full synchronisation, so that what was written survives a loss of power. Its tables are made and
 * changed by the scripts in {@code db/migration}.
 *
 * <p>Shared by all threads through the pool. SQLite has one writer at a time; others wait for it up to the busy timeout. They wait in no order, so one of many could be overtaken until its
 * time is over; hence {@code turn}, a fair lock that is held while something is changed.
 */
final class Database implements AutoCloseable {
    /** The scripts, in order; every one of the folder. */
    static final List<String> SCRIPTS =
            List.of("V1__plugins.sql", "V2__jobs.sql", "V3__job_disks.sql", "V4__state.sql", "V5__instances.sql");

    static final String SCRIPTS_FOLDER = "db/migration";

    private static final int BUSY_MILLIS = 10_000;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final int busyMillis;

    private Database(HikariDataSource pool, int busyMillis) {
        this.pool = pool;
        this.busyMillis = busyMillis;
        this.jdbi = Jdbi.create(pool);
    }

    /**
     * Opens the database, makes it where there is none, and brings its tables up to date.
     *
     * @throws PlugbayException {@link ErrorCode#UNAVAILABLE} when it cannot be opened or is newer than this program
     */
    static Database open(Path file) {
        return open(file, BUSY_MILLIS);
    }

    /** The same, whose writers wait so long for another program. */
    static Database open(Path file, int busyMillis) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(busyMillis);
        config.enforceForeignKeys(true);
        // A transaction takes the write lock when it begins; one that reads first and writes later would fail instead
        // of waiting.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        HikariConfig hikari = new HikariConfig();
        hikari.setDataSource(source);
        hikari.setPoolName("plugbay-db");
        hikari.setMaximumPoolSize(4);
        hikari.setMinimumIdle(1);
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(hikari);
            Database database = new Database(pool, busyMillis);
            database.migrate();
            return database;
        } catch (FlywayException | JdbiException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            if (pool != null) {
                pool.close();
            }
            throw refusal(file, e);
        }
    }

    private static PlugbayException refusal(Path file, RuntimeException e) {
        PlugbayException known = DatabaseFailures.of(e);
        if (known.code() == ErrorCode.INSUFFICIENT_STORAGE || !(e instanceof FlywayException)) {
            return known;
        }
        return PlugbayException.of(ErrorCode.UNAVAILABLE, "The database " + file + " cannot be used: " + e.getMessage())
                .remedy("Check that the file belongs to you, is not damaged and was not written by a newer version; "
                        + "move it away to begin with an empty one.")
                .retryable(false)
                .build();
    }

    /**
     * Brings the tables up to date. Asking Flyway takes half a second, so a stamp of the scripts is kept in the database, and nobody is
     * asked while it fits; it is written last, so a start that dies on the way asks again.
     */
    private void migrate() {
        int stamp = stamp();
        boolean current = jdbi.withHandle(handle ->
                handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one() == stamp);
        if (!current) {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:" + SCRIPTS_FOLDER)
                    // By default scripts of a newer version are passed over in silence.
                    .ignoreMigrationPatterns(new String[0])
                    .load()
                    .migrate();
            jdbi.useHandle(handle -> handle.execute("PRAGMA user_version = " + stamp));
        }
    }

    private static int stamp() {
        CRC32 sum = new CRC32();
        for (String script : SCRIPTS) {
            sum.update(script.getBytes(StandardCharsets.UTF_8));
            try (InputStream in = Database.class.getResourceAsStream("/" + SCRIPTS_FOLDER + "/" + script)) {
                sum.update(Objects.requireNonNull(in, script).readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return (int) sum.getValue();
    }

    /** The version of its tables that this program makes. */
    static int newest() {
        String last = SCRIPTS.getLast();
        return Integer.parseInt(last.substring(1, last.indexOf("__")));
    }

    /** The way to it, for what only reads. */
    Jdbi jdbi() {
        return jdbi;
    }

    /** Changes something in one transaction, when it is its turn; it is durable when this returns. */
    <R> R write(Function<Handle, R> change) {
        boolean mine = takeTurn();
        try {
            return jdbi.inTransaction(change::apply);
        } finally {
            if (mine) {
                turn.unlock();
            }
        }
    }

    /** Whether it came; who waits in vain asks SQLite all the same, which says why it cannot be. */
    private boolean takeTurn() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(busyMillis) / 2;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return turn.tryLock(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
