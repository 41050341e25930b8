package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes of one host are made one after the other, in the order in which they came. */
@Timeout(120)
class DatabaseTurnsTest {
    @TempDir
    Path folder;

    @Test
    void who_comes_second_is_second_however_many_come_after() throws Exception {
        try (Database database = Database.open(folder.resolve("plugbay.db"), 120_000)) {
            database.jdbi().useHandle(handle -> handle.execute("CREATE TABLE line (place INTEGER)"));
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            threads.add(Thread.ofPlatform()
                    .start(() -> database.write(handle -> {
                        first.countDown();
                        awaitQuietly(go);
                        return handle.execute("INSERT INTO line VALUES (0)");
                    })));
            first.await();
            for (int i = 1; i <= 20; i++) {
                int place = i;
                Thread next = Thread.ofPlatform()
                        .start(() -> database.write(handle -> handle.execute("INSERT INTO line VALUES (?)", place)));
                threads.add(next);
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> next.getState() == Thread.State.TIMED_WAITING);
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            List<Integer> places = database.jdbi()
                    .withHandle(handle -> handle.select("SELECT place FROM line ORDER BY rowid")
                            .mapTo(Integer.class)
                            .list());
            assertThat(places).hasSize(21).isSorted();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
