package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Errors of the world, provoked for real: each has its code, the right cause and a remedy, changes nothing, and is found by the doctor. */
class WorldTest {
    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void a_locked_database_refuses_changes_which_are_then_not_in_force_either() throws Exception {
        plugbay.configureForSpeed();
        Teller.teller().to(plugbay.drop().resolve("teller.jar"));
        Path guest = Teller.plain("guest").to(plugbay.work().resolve("guest.jar"));
        Path out = plugbay.folder("out");
        Daemon daemon = plugbay.up();
        List<String> change = List.of("config", "set", "teller", "mark=7");
        List<String> install = List.of("plugins", "install", guest.toString());
        List<String> disable = List.of("plugins", "disable", "images");
        List<String> export = List.of("export", "teller/box", "--to", out.toString());
        try (Rest rest = daemon.rest()) {
            Ran doctor;
            try (Locked _ = Locked.of(plugbay.home())) {
                for (Ran ran : together(List.of(change, install, disable, export))) {
                    assertThat(ran.exited(1).err())
                            .contains("locked by another program", "[Unavailable]", "sqlite3")
                            .doesNotContain("\tat ");
                }
                doctor = plugbay.cli("doctor").exited(1);
            }
            assertThat(doctor.out()).contains("locked by another program");
            assertThat(mark(rest)).isEqualTo("0");
            assertThat(rest.get("/plugins/teller/config").path("mark").asInt(0)).isZero();
            assertThat(rest.plugin("images").path("state").asString()).isEqualTo("RUNNING");
            assertThat(rest.send("GET", "/plugins/guest", "").status()).isEqualTo(404);
            assertThat(out).isEmptyDirectory();
            assertThat(rest.get("/jobs").path("items")).isEmpty();

            for (Ran ran : together(List.of(change, install, export))) {
                ran.succeeded();
            }
            assertThat(mark(rest)).isEqualTo("7");
        }
    }

    @Test
    void a_locked_or_damaged_database_keeps_a_host_from_starting_and_is_left_as_it_is() throws Exception {
        plugbay.up().terminate();
        Path database = plugbay.home().resolve("plugbay.db");
        try (Locked _ = Locked.of(plugbay.home())) {
            refused(1, "locked by another program", "Unavailable");
        }
        byte[] good = Files.readAllBytes(database);
        byte[] flipped = good.clone();
        for (int at = 100; at < flipped.length; at += 7) {
            flipped[at] ^= 0x55;
        }
        byte[] text = "this is no database at all".repeat(100).getBytes(StandardCharsets.UTF_8);
        for (byte[] bad : List.of(flipped, text)) {
            Files.write(database, bad);
            refused(1, "plugbay.db is damaged", "Unavailable", "move it away");
            assertThat(Files.readAllBytes(database)).isEqualTo(bad);
            assertThat(plugbay.cli("doctor").exited(1).out()).contains("plugbay.db is damaged", "move it away");
        }
        Files.write(database, good);
        plugbay.up();
    }

    @Test
    void a_database_of_a_newer_version_is_refused_and_named() throws Exception {
        plugbay.up().terminate();
        try (Locked newer = Locked.of(plugbay.home())) {
            newer.execute("UPDATE flyway_schema_history SET version = '99' WHERE installed_rank = 1");
            newer.execute("PRAGMA user_version = 1");
            newer.keep();
        }
        refused(1, "newer version", "Unavailable");
        assertThat(plugbay.cli("doctor").exited(1).out()).contains("written by a newer version");
    }

    @Test
    void a_full_home_refuses_changes_and_takes_them_when_there_is_room_again() throws Exception {
        try (SmallDisk disk = SmallDisk.of(plugbay.folder("home"), 4096)) {
            plugbay.configure("plugins:\n  settle: 100ms\n");
            Teller.teller().to(plugbay.drop().resolve("teller.jar"));
            Path guest = Teller.plain("guest").to(plugbay.work().resolve("guest.jar"));
            Daemon daemon = plugbay.up();
            try (Rest rest = daemon.rest()) {
                Path filler = disk.fill();
                Ran installed = plugbay.cli("plugins", "install", guest.toString());
                assertThat(installed.err())
                        .contains("[InsufficientStorage]", "Free some space")
                        .doesNotContain("\tat ");
                Ran ran = changedUntilFull();
                assertThat(ran.err()).contains("[InsufficientStorage]", "Free some space");
                String kept = plugbay.cli("config", "get", "teller", "mark").out();
                assertThat(mark(rest)).isEqualTo(kept.isBlank() ? "0" : kept.strip());
                assertThat(plugbay.cli("doctor").exited(1).out()).containsPattern("fail +space");
                Files.delete(filler);
                plugbay.cli("config", "set", "teller", "mark=7").succeeded();
                plugbay.cli("plugins", "install", guest.toString()).succeeded();
            } finally {
                daemon.terminate();
            }
        }
    }

    @Test
    void a_home_without_room_or_on_a_read_only_disk_is_said_to_be_that() throws Exception {
        homesWithoutRoomOrReadOnly();
    }

    private void homesWithoutRoomOrReadOnly() throws Exception {
        try (SmallDisk disk = SmallDisk.of(plugbay.folder("home"), 16)) {
            disk.fill();
            refused(1, "No space is left for the home folder", "InsufficientStorage");
        }
        try (SmallDisk disk = SmallDisk.of(plugbay.folder("home"), 1024)) {
            disk.makeReadOnly();
            refused(5, "mounted read-only", "PermissionDenied", "PLUGBAY_HOME");
            assertThat(plugbay.cli("doctor").exited(1).out()).contains("fail  home");
        }
    }

    /** With the system's own words in German, which the host must understand all the same. */
    @Test
    void a_host_that_was_started_in_another_language_says_the_same() throws Exception {
        German.ready(plugbay.folder("locales"));
        plugbay.environment("LOCPATH", plugbay.folder("locales").toString());
        plugbay.environment("LC_ALL", German.NAME);
        homesWithoutRoomOrReadOnly();
        targetsThatCannotBeWritten();
    }

    @Test
    void a_home_of_somebody_else_is_said_to_be_that() {
        plugbay.folder("home");
        Ran nobody = Ran.of(Daemon.process(Unprivileged.daemon(plugbay, "--port", "0")), 60);
        assertThat(nobody.exited(5).err())
                .contains("permission denied", "(PermissionDenied)", "\"nobody\"", "chown")
                .doesNotContain("\tat ");
    }

    @Test
    void too_few_file_descriptors_are_said_before_anything_is_begun() {
        List<String> command = List.of("sh", "-c", "ulimit -n 100; exec \"$@\"", "limited");
        Ran few = Ran.of(Daemon.process(join(command, Daemon.command(plugbay.home(), "--port", "0"))), 60);
        assertThat(few.exited(5).err()).contains("only 100 files and connections", "(LimitExceeded)", "ulimit -n 4096");
        assertThat(plugbay.home()).doesNotExist();
    }

    @Test
    void targets_that_cannot_be_written_fail_the_job_with_the_cause() throws Exception {
        targetsThatCannotBeWritten();
    }

    private void targetsThatCannotBeWritten() throws Exception {
        plugbay.up();
        try (SmallDisk disk = SmallDisk.of(plugbay.folder("ro"), 1024)) {
            disk.makeReadOnly();
            Ran ran = plugbay.cli("export", "images/sample", "--to", "ro");
            assertThat(ran.exited(5).err()).contains("Read-only file system", "[PermissionDenied]", "choose another");
        }
        byte[] disk = new byte[2 << 20];
        new Random(1).nextBytes(disk);
        Files.write(plugbay.home().resolve("data/images/big.img"), disk);
        try (SmallDisk _ = SmallDisk.of(plugbay.folder("small"), 512)) {
            Ran ran = plugbay.cli("export", "images/big", "--to", "small");
            assertThat(ran.exited(1).err()).contains("space is left", "[InsufficientStorage]", "choose another target");
            assertThat(plugbay.work().resolve("small")).isEmptyDirectory();
        }
    }

    /** What a host finds whose clock was set back by two days since: jobs and files from the future. */
    @Test
    void a_clock_that_was_set_back_changes_no_order_and_is_noticed() throws Exception {
        Daemon ahead = plugbay.up();
        plugbay.cli("export", "images/sample", "--to", "first").succeeded();
        ahead.terminate();
        Instant future = Instant.now().plus(Duration.ofDays(2));
        try (Locked database = Locked.of(plugbay.home())) {
            database.execute(
                    "UPDATE jobs SET created_at = '%1$s', started_at = '%1$s', finished_at = '%1$s'".formatted(future));
            database.keep();
        }
        Path jar = Teller.teller().to(plugbay.drop().resolve("teller.jar"));
        Files.setLastModifiedTime(jar, FileTime.from(future));

        Daemon back = plugbay.up();
        plugbay.cli("export", "images/sample", "--to", "second").succeeded();
        try (Rest rest = back.rest()) {
            assertThat(rest.plugin("teller").path("state").asString()).isEqualTo("RUNNING");
            JsonNode jobs = rest.get("/jobs").path("items");
            assertThat(jobs.get(0).path("target").asString()).endsWith("second");
            assertThat(jobs.get(1).path("target").asString()).endsWith("first");
        }
        assertThat(plugbay.cli("doctor").out()).contains("warn  clock", "set back");
    }

    @Test
    void the_doctor_finds_what_a_killed_host_left_and_what_was_damaged_since() throws Exception {
        plugbay.configureForSpeed();
        Path guest = Teller.plain("guest").to(plugbay.work().resolve("guest.jar"));
        Daemon daemon = plugbay.up();
        plugbay.cli("plugins", "install", guest.toString()).succeeded();
        assertThat(plugbay.cli("doctor").out())
                .contains("whole, tables of version", "intact")
                .doesNotContain("last host");
        daemon.kill();
        Path jar = plugbay.home()
                .resolve("artifacts")
                .resolve(HomeListing.sha256(guest))
                .resolve("files/plugin.jar");
        jar.toFile().setWritable(true);
        Files.writeString(jar, "damaged");
        plugbay.folder("home/artifacts/.staging-1");

        Ran doctor = plugbay.cli("doctor").exited(1);
        assertThat(doctor.out())
                .contains(
                        "warn  last host",
                        "was killed",
                        "half stored",
                        "(ArtifactCorrupt)",
                        "Install the plugin again");
        try (Rest rest = plugbay.up().rest()) {
            assertThat(rest.plugin("guest").path("problem").path("code").asString())
                    .isEqualTo("ArtifactCorrupt");
        }
    }

    private void refused(int exit, String... said) {
        Daemon daemon = plugbay.launch("--port", "0");
        assertThat(daemon.waitForEnd()).as(daemon.output()).isEqualTo(exit);
        assertThat(daemon.output()).contains(said).doesNotContain("\tat ");
    }

    private Ran changedUntilFull() {
        for (int mark = 1; ; mark++) {
            Ran ran = plugbay.cli("config", "set", "teller", "mark=" + mark);
            if (ran.exit() != 0) {
                return ran;
            }
            assertThat(mark).isLessThan(50);
        }
    }

    private static String mark(Rest rest) {
        return rest.get("/providers/teller/vms?q=mark:x")
                .path("items")
                .path(0)
                .path("name")
                .asString();
    }

    private List<Ran> together(List<List<String>> commands) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Ran>> tasks = commands.stream()
                    .<Callable<Ran>>map(command -> () -> plugbay.cli(command.toArray(String[]::new)))
                    .toList();
            List<Ran> ran = new ArrayList<>();
            for (Future<Ran> future : threads.invokeAll(tasks)) {
                ran.add(future.get());
            }
            return ran;
        }
    }

    private static List<String> join(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
