package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
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
    private static final String LOST = "0123456789abc";
    private static final String HALF = "0123456789abd";
    private static final String CHANGED = "0123456789abe";
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
        Teller.keeper().to(plugbay.drop().resolve("keeper.jar"));
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
            try (Bustle bustle =
                    new Bustle(daemon, plugbay.home(), ledger, guest, targets, random.nextLong()).begin()) {
                bustle.await(random.nextInt(MOST_ANSWERS));
                if (kill == KILLS - 1) {
                    await().atMost(Duration.ofMinutes(2)).until(this::hasEverythingHappened);
                }
                pause(random.nextInt(20));
                daemon.kill();
            }
            assertThat(plugbay.home().resolve("plugbay.yaml")).hasContent(yaml);
        }
        assertThat(wrong(plugbay.up()))
                .as("after the last kill with plugbay.seed=%d", seed)
                .isEmpty();
    }

    /** Whether there was something of each kind to lose. */
    private boolean hasEverythingHappened() {
        return ledger.mark.acknowledged() > 0
                && ledger.stored.values().stream().allMatch(told -> told.acknowledged() > 0)
                && ledger.handovers.get() > 0;
    }

    private List<String> wrong(Daemon daemon) {
        try (Rest rest = daemon.rest()) {
            return AfterKill.wrong(daemon, rest, plugbay.home(), targets, ledger);
        }
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(millis * 1_000_000L);
    }

    @Test
    void what_is_lost_or_left_or_half_would_be_noticed() throws Exception {
        Path old = plugbay.folder("old");
        for (int run = 0; run < 2; run++) {
            Daemon daemon = plugbay.up();
            try (Bustle bustle = new Bustle(daemon, plugbay.home(), ledger, guest, targets, 0)) {
                bustle.once();
            }
            assertThat(wrong(daemon)).isEmpty();
            daemon.terminate();
            if (run == 0) {
                Files.copy(plugbay.home().resolve("plugbay.db"), old.resolve("plugbay.db"));
            }
        }
        ledger.exports.put(LOST, targets.resolve("none"));
        Files.copy(
                old.resolve("plugbay.db"), plugbay.home().resolve("plugbay.db"), StandardCopyOption.REPLACE_EXISTING);
        Daemon daemon = plugbay.up();
        assertThat(String.join("\n", wrong(daemon)))
                .contains(
                        "stored as key0 is 1",
                        "configuration is 1",
                        "lamp is enabled is false",
                        "version of the guest is",
                        "second instance's configuration is 1",
                        "the keeper's state is")
                .contains(LOST + " is forgotten");

        plant();
        Process orphan = new ProcessBuilder("/bin/sh", "-c", "sleep 600; :", targets + "/writer").start();
        try {
            assertThat(String.join("\n", wrong(daemon)))
                    .contains("left in a target", "left in the run folder", "half an artifact", "an orphan")
                    .contains("but its job is INTERRUPTED", "has no vm.json", "is not whole");
        } finally {
            orphan.descendants().forEach(ProcessHandle::destroyForcibly);
            orphan.destroyForcibly().waitFor();
        }
    }

    /** Puts down what must never lie there. */
    private void plant() throws IOException {
        plugbay.folder("out/x/.plugbay-0123456789abc");
        Files.writeString(plugbay.home().resolve("run/uploads/upload-1"), "half");
        // One that is in use: what nothing uses is swept by the host while it runs.
        Path stored = plugbay.home()
                .resolve("artifacts")
                .resolve(HomeListing.sha256(plugbay.drop().resolve("lamp.jar")))
                .resolve("files/plugin.jar");
        assertThat(stored.toFile().setWritable(true)).isTrue();
        Files.writeString(stored, "half");
        for (String job : List.of(HALF, CHANGED)) {
            Path result = plugbay.folder("out/" + job + "/vm");
            Files.writeString(result.resolve("disk0.raw"), "changed");
            Files.writeString(result.resolve("SHA256SUMS"), "0".repeat(64) + "  disk0.raw\n");
            ledger.exports.put(job, result);
            ledger.ended.put(job, "INTERRUPTED");
        }
        Files.writeString(targets.resolve(CHANGED + "/vm/vm.json"), "{}");
    }
}
