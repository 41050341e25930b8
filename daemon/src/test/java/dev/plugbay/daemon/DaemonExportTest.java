package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.daemon.RestClient.Answer;
import dev.plugbay.runtime.ReloadOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports through the whole daemon: plugins loaded from jars, their handles, REST, the database. */
class DaemonExportTest {
    private static final int IMAGE = 8 << 20;

    @TempDir
    private Path folder;

    private Path home;
    private Path target;

    @BeforeEach
    void prepare() throws IOException {
        home = Files.createDirectories(folder.resolve("home"));
        target = Files.createDirectories(folder.resolve("out"));
        Path plugins = Files.createDirectories(home.resolve("plugins"));
        PluginJars.lab(plugins.resolve("lab.jar"));
        PluginJars.images(plugins.resolve("images.jar"));
        Path images = Files.createDirectories(folder.resolve("images/rack 1"));
        try (RandomAccessFile image =
                new RandomAccessFile(images.resolve("disk.raw").toFile(), "rw")) {
            image.setLength(IMAGE);
            image.seek(IMAGE / 2);
            image.write(new byte[] {1, 2, 3});
        }
        Files.writeString(
                home.resolve("plugbay.yaml"),
                "plugins:\n  settings:\n    images: {config: {folder: \"" + images.getParent() + "\"}}\n");
    }

    @Test
    void an_image_is_exported_through_the_images_plugin_and_its_sums_are_right() throws Exception {
        try (Daemon daemon = start();
                RestClient client = client(daemon)) {
            assertThat(client.get("/providers").items())
                    .extracting(item -> item.get("instance"))
                    .containsExactly("images", "lab");
            assertThat(client.get("/vms?name=*disk*").items())
                    .extracting(item -> item.get("id"))
                    .containsExactly("rack 1/disk");
            assertThat(client.get("/providers/images/vms/rack%201%2Fdisk").body())
                    .containsEntry("provider", "images");

            Answer job = export(client, "images/rack 1/disk");
            Answer ended = ended(client, job);
            assertThat(ended.body()).as("%s", ended).containsEntry("state", "SUCCEEDED");
        }
        assertThat(Lab.names(target)).hasSize(1);
        Path result = target.resolve(Lab.names(target).getFirst());
        Process sums = new ProcessBuilder("sha256sum", "-c", "--quiet", "SHA256SUMS")
                .directory(result.toFile())
                .redirectErrorStream(true)
                .start();
        String complaints = new String(sums.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(sums.waitFor()).as(complaints).isZero();
    }

    @Test
    void a_plugin_that_is_reloaded_during_its_export_ends_it_on_the_old_generation() throws Exception {
        try (Daemon daemon = start();
                RestClient client = client(daemon)) {
            Answer job = export(client, "lab/slow");
            running(client, job);
            assertThat(daemon.host().reload("lab", ReloadOptions.gentle()).generation())
                    .hasValue(2);

            Files.createFile(target.resolve("go"));
            assertThat(ended(client, job).body()).containsEntry("state", "SUCCEEDED");
        }
    }

    @Test
    void cancelling_reaches_the_plugin_and_leaves_nothing() throws Exception {
        try (Daemon daemon = start();
                RestClient client = client(daemon)) {
            Answer job = export(client, "lab/slow");
            running(client, job);

            assertThat(client.post(job.location().replace("/api/v1", "") + "/cancel", Map.of())
                            .status())
                    .isIn(200, 202);
            assertThat(ended(client, job).body()).containsEntry("state", "CANCELLED");
            assertThat(target).isEmptyDirectory();
        }
    }

    @Test
    void stopping_the_daemon_interrupts_and_the_next_one_remembers() throws Exception {
        String job;
        try (Daemon daemon = start();
                RestClient client = client(daemon)) {
            Answer accepted = export(client, "lab/slow");
            running(client, accepted);
            job = accepted.location().replace("/api/v1", "");
        }
        assertThat(target).isEmptyDirectory();
        try (Daemon daemon = start();
                RestClient client = client(daemon)) {
            assertThat(client.get(job).body()).containsEntry("state", "INTERRUPTED");
            assertThat(client.get("/jobs?state=INTERRUPTED").items()).hasSize(1);
        }
    }

    private Answer export(RestClient client, String vm) throws IOException, InterruptedException {
        Answer accepted = client.post("/exports", Map.of("vm", vm, "target", target.toString()));
        assertThat(accepted.status()).as("%s", accepted).isEqualTo(202);
        return accepted;
    }

    private static void running(RestClient client, Answer job) {
        String path = job.location().replace("/api/v1", "");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Integer.valueOf(50).equals(client.get(path).body().get("progress")));
    }

    private static Answer ended(RestClient client, Answer job) throws IOException, InterruptedException {
        String path = job.location().replace("/api/v1", "");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.get(path).body().containsKey("finishedAt"));
        return client.get(path);
    }

    private Daemon start() {
        return Daemon.start(
                new DaemonOptions(home, OptionalInt.of(0), false, Optional.empty(), Map.of(), folder.toString()));
    }

    private RestClient client(Daemon daemon) throws IOException {
        return new RestClient(
                daemon.url(), Files.readString(home.resolve("token")).strip());
    }
}
