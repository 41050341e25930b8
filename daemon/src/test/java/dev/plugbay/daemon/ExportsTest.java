package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportsTest {
    @org.junit.jupiter.api.BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(java.time.Duration.ofSeconds(60));
    }

    @TempDir
    private Path folder;

    private Lab lab;

    @BeforeEach
    void open() {
        lab = Lab.open(folder);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void an_export_leaves_the_disks_the_description_and_sums_that_sha256sum_accepts() throws Exception {
        Job job = lab.succeeded(lab.export("good", "metadata", Map.of("ticket", "42")));

        Path result = lab.target.resolve("good");
        assertThat(lab.left()).containsExactly("good");
        assertThat(Lab.names(result)).containsExactly("SHA256SUMS", "disk0.raw", "vm.json");
        assertThat(sha256sum(result)).isEqualTo("disk0.raw: OK\nvm.json: OK\n");
        Map<String, Object> description = lab.json.object(Files.readAllBytes(result.resolve("vm.json")));
        assertThat(map(description.get("vm"))).containsEntry("provider", "lab").containsEntry("id", "good");
        assertThat(map(description.get("export")))
                .containsEntry("provider", "lab")
                .containsEntry("metadata", Map.of("ticket", "42"));
        Map<String, Object> shown = job.result().orElseThrow();
        assertThat(shown)
                .containsEntry("folder", result.toString())
                .containsEntry("logicalSize", LabProvider.DISK)
                .containsEntry("consistency", "CRASH")
                .containsKey("millis");
        assertThat(shown.get("files"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2)
                .first()
                .isEqualTo(Map.of(
                        "path", result.resolve("disk0.raw").toString(),
                        "bytes", LabProvider.DISK,
                        "sha256", Files.readString(result.resolve("SHA256SUMS")).substring(0, 64)));
        assertThat(job.progress()).isEqualTo(100);
        assertThat(job.problem()).isEmpty();
    }

    @Test
    void only_what_the_provider_names_is_shipped() throws Exception {
        lab.succeeded(lab.export("litter"));

        Path result = lab.target.resolve("litter");
        assertThat(Lab.names(result)).containsExactly("SHA256SUMS", "disks", "vm.json");
        assertThat(Lab.names(result.resolve("disks"))).containsExactly("one two.raw");
        assertThat(sha256sum(result)).isEqualTo("disks/one two.raw: OK\nvm.json: OK\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"size", "outside", "link", "hard", "twice", "reserved", "unhashed"})
    void a_provider_that_lies_is_refused_and_nothing_stays(String lie) {
        assertThat(lab.failed(lab.export(lie))).isEqualTo("CallFailed");
        assertThat(lab.left()).isEqualTo(lie.equals("outside") ? List.of("outside.raw") : List.of());
    }

    @Test
    void a_provider_that_throws_leaves_nothing_and_says_so() {
        Job job = lab.ended(lab.export("boom"));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.problem().orElseThrow().get("detail")).asString().contains("on fire");
        assertThat(lab.left()).isEmpty();
    }

    @Test
    void cancelling_in_the_middle_leaves_nothing() {
        Job job = lab.export("slow");
        lab.running(job);
        assertThat(lab.left()).containsExactly(".plugbay-" + job.id(), ".plugbay-" + job.id() + ".job");

        lab.jobs.cancel(job.id(), Duration.ofSeconds(10));

        Job ended = lab.ended(job);
        assertThat(ended.state()).isEqualTo(JobState.CANCELLED);
        assertThat(ended.problem().orElseThrow()).containsEntry("code", "CallCancelled");
        assertThat(lab.left()).isEmpty();
        assertThat(lab.store.staged()).isEmpty();
        assertThat(lab.jobs.cancel(job.id(), Duration.ZERO).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void a_target_that_does_not_exist_is_made_and_goes_again_with_a_cancelled_export() {
        Path made = lab.target.resolve("new");
        lab.succeeded(lab.export(made, "good"));
        assertThat(Lab.names(made)).containsExactly("good");

        Path unused = lab.target.resolve("unused");
        Job job = lab.export(unused, "slow");
        lab.running(job);
        lab.jobs.cancel(job.id(), Duration.ofSeconds(10));
        lab.ended(job);
        assertThat(unused).doesNotExist();
    }

    @Test
    void an_earlier_result_is_never_replaced_unless_asked() throws Exception {
        lab.succeeded(lab.export("good"));
        Path kept = lab.target.resolve("good/kept");
        Files.writeString(kept, "mine");

        refused(ErrorCode.CONFLICT, () -> lab.export("good")).hasMessageContaining("exists");
        assertThat(kept).exists();

        lab.succeeded(lab.export("good", "replace", true));
        assertThat(kept).doesNotExist();
        assertThat(lab.left()).containsExactly("good");
        assertThat(sha256sum(lab.target.resolve("good"))).contains("disk0.raw: OK");
    }

    @Test
    void what_is_no_export_is_not_replaced_even_when_asked() throws Exception {
        Path precious = Files.createDirectories(lab.target.resolve("good")).resolve("precious");
        Files.writeString(precious, "mine");

        refused(ErrorCode.CONFLICT, () -> lab.export("good", "replace", true)).hasMessageContaining("not an export");
        assertThat(precious).exists();
    }

    @Test
    void a_name_that_is_taken_during_the_export_is_not_overwritten() throws Exception {
        Job job = lab.export("slow");
        lab.running(job);
        Path late = Files.createDirectories(lab.target.resolve("slow"));
        Files.createFile(lab.target.resolve("go"));

        assertThat(lab.failed(job)).isEqualTo("Conflict");
        assertThat(late).isEmptyDirectory();
        assertThat(lab.left()).containsExactly("go", "slow");
    }

    @Test
    void two_exports_for_one_folder_at_once_are_refused() throws Exception {
        Job job = lab.export("slow");
        refused(ErrorCode.BUSY, () -> lab.export("slow")).hasMessageContaining(job.id());

        lab.running(job);
        Files.createFile(lab.target.resolve("go"));
        lab.succeeded(job);
        lab.succeeded(lab.export("slow", "replace", true));
    }

    @Test
    void targets_that_cannot_or_may_not_be_one_are_refused_at_once() throws Exception {
        Path file = Files.createFile(lab.target.resolve("file"));
        refused(ErrorCode.INVALID_REQUEST, () -> lab.export(Path.of("relative"), "good"));
        refused(ErrorCode.INVALID_REQUEST, () -> lab.export(file, "good"));
        refused(ErrorCode.INVALID_REQUEST, () -> lab.export(Path.of("/"), "good"));
        refused(ErrorCode.INVALID_REQUEST, () -> lab.export(lab.target.resolve("two/levels"), "good"));
        refused(ErrorCode.PERMISSION_DENIED, () -> lab.export(lab.home.resolve("artifacts"), "good"));
        refused(ErrorCode.PERMISSION_DENIED, () -> lab.export(lab.home, "good"));
        Path link = Files.createSymbolicLink(lab.target.resolve("link"), lab.home);
        refused(ErrorCode.PERMISSION_DENIED, () -> lab.export(link.resolve("artifacts"), "good"));
    }

    @Test
    void targets_outside_of_the_allowed_roots_are_refused_by_their_real_path() throws Exception {
        Path root = Files.createDirectories(folder.resolve("allowed"));
        lab.allow = List.of(root);
        Files.createSymbolicLink(root.resolve("away"), lab.target);

        refused(ErrorCode.PERMISSION_DENIED, () -> lab.export("good"));
        refused(ErrorCode.PERMISSION_DENIED, () -> lab.export(root.resolve("away"), "good"));
        refused(ErrorCode.PERMISSION_DENIED, () -> lab.export(root.resolve("../out"), "good"));
        lab.succeeded(lab.export(root.resolve("in"), "good"));
    }

    @Test
    void options_that_the_machine_does_not_have_are_refused_at_once() {
        refused(ErrorCode.UNSUPPORTED, () -> lab.export("good", "format", "vmdk"))
                .hasMessageContaining("vmdk");
        refused(ErrorCode.INVALID_REQUEST, () -> lab.export("good", "disks", List.of("disk0", "disk9")))
                .extracting(failure -> ((PlugbayException) failure).pointer().orElseThrow())
                .isEqualTo("/disks/1");
    }

    @Test
    void consistency_that_was_not_reached_is_refused() {
        assertThat(lab.failed(lab.export("good", "consistency", "filesystem"))).isEqualTo("CallFailed");
        assertThat(lab.left()).isEmpty();
    }

    @Test
    void events_tell_of_a_job_in_order_and_the_end_is_stored_first() {
        Job job = lab.succeeded(lab.export("good"));
        await().untilAsserted(
                        () -> // told after the end can be seen
                        assertThat(lab.events.getLast().type()).isEqualTo("job.finished"));
        List<String> types = lab.events.stream().map(event -> event.type()).toList();
        assertThat(types.getFirst()).isEqualTo("job.started");
        assertThat(types).contains("job.progress");
        assertThat(lab.events.getLast().data()).containsEntry("id", job.id()).containsEntry("state", "SUCCEEDED");
        assertThat(lab.store.find(job.id())).contains(job);
    }

    private static AbstractThrowableAssert<?, ?> refused(ErrorCode code, ThrowingCallable work) {
        AbstractThrowableAssert<?, ?> that = assertThatThrownBy(work);
        that.isInstanceOfSatisfying(
                PlugbayException.class, failure -> assertThat(failure.code()).isEqualTo(code));
        return that;
    }

    private static String sha256sum(Path result) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sha256sum", "-c", "SHA256SUMS")
                .directory(result.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<String, Object>) Objects.requireNonNull(value);
    }
}
