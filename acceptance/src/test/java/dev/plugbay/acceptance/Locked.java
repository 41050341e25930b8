package dev.plugbay.acceptance;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The database of a home, held by another program as long as this is open; what that did is taken back unless it is kept. */
final class Locked implements AutoCloseable {
    private final Connection connection;
    private final Statement statement;

    private Locked(Connection connection) throws SQLException {
        this.connection = connection;
        this.statement = connection.createStatement();
        connection.setAutoCommit(false);
    }

    static Locked of(Path home) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setTransactionMode(SQLiteConfig.TransactionMode.EXCLUSIVE);
        config.setBusyTimeout(30_000);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + home.resolve("plugbay.db"));
        Locked locked = new Locked(source.getConnection());
        locked.execute("CREATE TABLE taken (a)");
        locked.execute("DROP TABLE taken");
        return locked;
    }

    void execute(String sql) throws SQLException {
        statement.execute(sql);
    }

    void keep() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        statement.close();
        connection.close();
    }
}
