package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.sql.SQLException;

/** Says in the host's words what is wrong with the database. Never in those of a library: they show the values that were bound. */
final class DatabaseFailures {
    private static final int DEPTH = 16;

    private DatabaseFailures() {}

    /** The failure of something that was done with the database. */
    static PlugbayException of(Throwable failure) {
        String why = reason(failure);
        if (why.contains("SQLITE_FULL")) {
            return PlugbayException.of(
                            ErrorCode.INSUFFICIENT_STORAGE, "The database could not be written: no space is left.")
                    .remedy("Free some space on the home folder's file system.")
                    .build();
        }
        if (why.contains("SQLITE_CORRUPT") || why.contains("SQLITE_NOTADB")) {
            return PlugbayException.of(ErrorCode.UNAVAILABLE, "The database plugbay.db is damaged: " + why)
                    .remedy(
                            "Stop the host, and put a copy of plugbay.db from before in its place; or move it away together with "
                                    + "plugbay.db-wal and plugbay.db-shm: then configuration, storage of plugins and jobs begin empty.")
                    .retryable(false)
                    .build();
        }
        if (why.contains("SQLITE_BUSY") || why.contains("SQLITE_LOCKED")) {
            return PlugbayException.of(ErrorCode.UNAVAILABLE, "The database plugbay.db is locked by another program.")
                    .remedy("End what else uses plugbay.db, such as a backup or an sqlite3 shell, and try again.")
                    .build();
        }
        return PlugbayException.of(ErrorCode.UNAVAILABLE, "The database could not be used: " + why)
                .remedy("Try again; if it stays so, check the disk, and the file plugbay.db in the home folder.")
                .build();
    }

    private static String reason(Throwable failure) {
        Throwable at = failure;
        for (int i = 0; i < DEPTH && at != null; i++) {
            if (at instanceof SQLException sql) {
                return String.valueOf(sql.getMessage());
            }
            at = at.getCause();
        }
        return failure.getClass().getSimpleName();
    }
}
