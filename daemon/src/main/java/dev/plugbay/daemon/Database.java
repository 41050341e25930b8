package dev.plugbay.daemon;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The database of a home folder: SQLite with a write-ahead log and full synchronisation, so that what was written survives a loss of power. Its tables are made and
 * changed by the scripts in {@code db/migration}.
 *
 * <p>Shared by all threads through the pool. SQLite has one writer at a time; others wait for it up to the busy timeout.
 */
final class Database implements AutoCloseable {
    private static final int BUSY_MILLIS = 10_000;

    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
    }

    /**
     * Opens the database, makes it where there is none, and brings its tables up to date.
     *
     * @throws PlugbayException {@link ErrorCode#UNAVAILABLE} when it cannot be opened or is newer than this program
     */
    static Database open(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
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
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
            return new Database(pool);
        } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            if (pool != null) {
                pool.close();
            }
            throw PlugbayException.of(
                            ErrorCode.UNAVAILABLE, "The database " + file + " cannot be used: " + e.getMessage())
                    .remedy(
                            "Check that the file belongs to you, is not damaged and was not written by a newer version; "
                                    + "move it away to begin with an empty one.")
                    .retryable(false)
                    .build();
        }
    }

    /** The way to it. */
    Jdbi jdbi() {
        return jdbi;
    }

    @Override
    public void close() {
        pool.close();
    }
}
