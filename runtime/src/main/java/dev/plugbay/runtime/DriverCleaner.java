package dev.plugbay.runtime;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;

/**
 * Deregisters the JDBC drivers of the class loader that defines it, which is a plugin's: {@link DriverManager} shows and gives back drivers only
 * to code that sees their classes. Uses nothing but the JDK.
 */
final class DriverCleaner implements Runnable {
    DriverCleaner() {}

    @Override
    public void run() {
        ClassLoader mine = DriverCleaner.class.getClassLoader();
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            if (mine.equals(driver.getClass().getClassLoader())) {
                try {
                    DriverManager.deregisterDriver(driver);
                } catch (SQLException refused) {
                    throw new IllegalStateException(refused.getMessage());
                }
            }
        }
    }
}
