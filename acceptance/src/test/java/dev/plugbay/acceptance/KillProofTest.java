package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A host is killed at random moments, again and again, while everything is asked of it: each next start is whole. With {@code -Dplugbay.proofs=full} 200 times. The seed is
 * printed; {@code -Dplugbay.seed=N} repeats the choices, though not what the threads make of them.
 */
class KillProofTest {
    private static final int KILLS = "full".equals(System.getProperty("plugbay.proofs")) ? 200 : 12;
    private static final int STARTING_MILLIS = 1500;
    private static final int MOST_ANSWERS = 200;
    private static final int BIG = 24 << 20;

    @RegisterExtension
    final Product plugbay = new Product();

    private final Ledger ledger = new Ledger();
    private PluginJar guest = Teller.plain("guest");
    private Path targets = Path.of("");

    @BeforeEach
    void plugins() throws IOException {
        plugbay.configureForSpeed("healthInterval: 1s");
        Teller.teller().to(plugbay.drop().resolve("teller.jar"));
        Teller.plain("lamp").to(plugbay.drop().resolve("lamp.jar"));
        targets = plugbay.folder("out");
        byte[] disk = new byte[BIG];
        new Random(1).nextBytes(disk);
        Files.write(plugbay.folder("home/data/images").resolve("big.img"), disk);
    }

    @Test
    void a_host_that_is_killed_at_any_moment_starts_whole_and_has_lost_nothing_that_it_acknowledged() throws Exception {
        long seed = Long.getLong("plugbay.seed", System.nanoTime());
        System.out.println("KillProofTest: plugbay.seed=" + seed);
        Random random = new Random(seed);
        String yaml = Files.readString(plugbay.home().resolve("plugbay.yaml"));
        for (int kill = 0; kill < KILLS; kill++) {
            if (random.nextInt(5) == 0) {
                Daemon starting = plugbay.launch("--port", "0");
                pause(random.nextInt(STARTING_MILLIS));
                starting.kill();
            }
            Daemon daemon = plugbay.up();
            assertThat(wrong(daemon))
                    .as("after kill %d with plugbay.seed=%d", kill, seed)
                    .isEmpty();
            try (Bustle bustle = new Bustle(daemon, plugbay.home(), ledger, guest, targets, random.nextLong())) {
                bustle.await(random.nextInt(MOST_ANSWERS));
                pause(random.nextInt(20));
                daemon.kill();
            }
            assertThat(plugbay.home().resolve("plugbay.yaml")).hasContent(yaml);
        }
        assertThat(wrong(plugbay.up()))
                .as("after the last kill with plugbay.seed=%d", seed)
                .isEmpty();
        assertThat(ledger.mark.acknowledged()).isPositive();
        ledger.stored.values().forEach(told -> assertThat(told.acknowledged()).isPositive());
    }

    private List<String> wrong(Daemon daemon) {
        try (Rest rest = daemon.rest()) {
            return AfterKill.wrong(daemon, rest, plugbay.home(), targets, ledger);
        }
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
    }
}
