package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.daemon.RestClient.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudRoutesTest {
    @org.junit.jupiter.api.BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(java.time.Duration.ofSeconds(60));
    }

    @TempDir
    private Path folder;

    private final Json json = new Json(new Redactor());
    private Database database;
    private Cloud cloud;
    private HttpServer server;
    private RestClient client;
    private Path target;

    @BeforeEach
    void start() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        target = Files.createDirectories(folder.resolve("out"));
        database = Database.open(home.resolve("plugbay.db"));
        Requests requests = new Requests(json);
        FakeHost host = new FakeHost(home)
                .with("lab", new LabProvider())
                .with("shop", FakeHost.withoutPower(new LabProvider(new String[0])))
                .with("odd", new LabProvider("a/b c%", "é:Café", "2+2"));
        cloud = Cloud.start(host.host(), home, database, new EventHub(), requests, json, List::of);
        server = HttpServer.start("127.0.0.1", 0, new Gate("token"), HttpServer.table(cloud.routes()), json);
        client = new RestClient(server.url(), "token");
    }

    @AfterEach
    void stop() {
        server.close();
        cloud.close();
        database.close();
        client.close();
    }

    @Test
    void providers_are_shown_with_what_they_can_do() throws Exception {
        Answer all = get("/providers");
        assertThat(all.status()).isEqualTo(200);
        assertThat(all.items()).extracting(item -> item.get("instance")).containsExactly("lab", "odd", "shop");
        assertThat(all.items().getFirst().get("capabilities"))
                .asString()
                .contains("exportFormats=[raw]", "liveExport=false");
        assertThat(get("/providers/lab").body()).containsEntry("plugin", "lab");
        assertThat(post("/providers/lab/validate", Map.of()).body())
                .containsEntry("ok", true)
                .containsEntry("messages", List.of("the lab is open"));

        Answer absent = get("/providers/lap");
        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.body()).containsEntry("code", "NotFound").containsEntry("remedy", "Did you mean lab?");
    }

    @Test
    void a_machine_is_found_by_its_id_whatever_is_in_it() throws Exception {
        for (String id : List.of("a/b c%", "é", "2+2")) {
            String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
            Answer answer = get("/providers/odd/vms/" + encoded);
            assertThat(answer.status()).as(id).isEqualTo(200);
            assertThat(answer.body()).containsEntry("id", id).containsEntry("provider", "odd");
        }
        assertThat(get("/providers/odd/vms/a").status()).isEqualTo(404);
    }

    @Test
    void machines_are_started_and_stopped_by_their_id_and_shown_as_they_are_then() throws Exception {
        Answer started = post("/providers/lab/vms/good/start", Map.of());
        assertThat(started.status()).as(started.toString()).isEqualTo(200);
        assertThat(started.body()).containsEntry("provider", "lab").containsEntry("powerState", "RUNNING");
        assertThat(post("/providers/lab/vms/good/stop", Map.of("mode", "hard")).body())
                .containsEntry("powerState", "STOPPED");
        assertThat(post("/providers/odd/vms/a%2Fb%20c%25/start", Map.of()).body())
                .containsEntry("id", "a/b c%");
    }

    @Test
    void a_stop_is_graceful_unless_it_is_said_to_be_hard() throws Exception {
        Answer graceful = client.post("/providers/lab/vms/slow/stop");
        assertThat(graceful.status()).isEqualTo(504);
        assertThat(graceful.body()).containsEntry("code", "CallTimeout");
        assertThat(get("/providers/lab/vms/slow").body()).containsEntry("powerState", "RUNNING");
        assertThat(post("/providers/lab/vms/slow/stop", Map.of("mode", "HARD")).body())
                .containsEntry("powerState", "STOPPED");
    }

    @Test
    void a_power_request_that_makes_no_sense_changes_nothing() throws Exception {
        assertThat(post("/providers/lab/vms/nobody/start", Map.of()).status()).isEqualTo(404);
        Answer mode = post("/providers/lab/vms/slow/stop", Map.of("mode", "softly"));
        assertThat(mode.status()).isEqualTo(400);
        assertThat(mode.body()).containsEntry("pointer", "/mode");
        Answer field = post("/providers/lab/vms/slow/stop", Map.of("mod", "HARD"));
        assertThat(field.body()).containsEntry("remedy", "Did you mean \"mode\"?");
        assertThat(get("/providers/lab/vms/slow").body()).containsEntry("powerState", "RUNNING");
        Answer unsupported = post("/providers/shop/vms/good/start", Map.of());
        assertThat(unsupported.status()).isEqualTo(422);
        assertThat(unsupported.body()).containsEntry("code", "Unsupported").containsEntry("instance", "shop");
    }

    @Test
    void every_field_of_the_filter_has_its_parameter() throws Exception {
        assertThat(ids("?name=GO*")).containsExactly("good");
        assertThat(ids("?powerState=running&powerState=paused")).containsExactly("slow");
        assertThat(ids("?powerState=running,paused")).containsExactly("slow");
        assertThat(ids("?ipAddress=10.0.0.1")).containsExactly("good");
        assertThat(ids("?location=lab&name=good")).containsExactly("good");
        assertThat(ids("?location=moon")).isEmpty();
        assertThat(ids("?type=large")).isEmpty();
        assertThat(ids("?guestOs=debian&name=size")).containsExactly("size");
        assertThat(ids("?ip=10.0.0.1")).containsExactly("good");
        assertThat(ids("?tag=env=prod")).containsExactly("good");
        assertThat(ids("?tag=env")).containsExactly("good");
        assertThat(ids("?tag=env=prod&tag=owner")).isEmpty();
        assertThat(ids("?q=OO")).containsExactly("good", "boom");
        assertThat(ids("?q=oo&name=boom")).containsExactly("boom");
        assertThat(get("/providers/lab/vms?name=good").items()).hasSize(1);
    }

    private List<Object> ids(String query) throws Exception {
        Answer answer = get("/vms" + query);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.items().stream()
                .map(item -> item.get("id"))
                .sorted((a, b) -> b.toString().compareTo(a.toString()))
                .toList();
    }

    @Test
    void parameters_that_are_unknown_or_wrong_are_refused_with_the_nearest() throws Exception {
        Answer unknown = get("/vms?powerstat=running");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body())
                .containsEntry("code", "InvalidRequest")
                .containsEntry("remedy", "Did you mean powerState?");
        assertThat(get("/vms?powerState=on").status()).isEqualTo(400);
        assertThat(get("/vms?limit=0").status()).isEqualTo(400);
        assertThat(get("/vms?cursor=none").status()).isEqualTo(400);
        assertThat(get("/vms?name=a&name=b").status()).isEqualTo(400);
        assertThat(get("/jobs?state=done").status()).isEqualTo(400);
        assertThat(get("/jobs?cursor=none").status()).isEqualTo(400);
        assertThat(get("/providers/lab?verbose").status()).isEqualTo(400);
    }

    @Test
    void all_machines_are_listed_page_by_page_over_providers() throws Exception {
        for (String path : List.of("/vms", "/providers/lab/vms")) {
            List<Object> whole =
                    get(path).items().stream().map(item -> item.get("id")).toList();
            for (int limit = 1; limit <= 7; limit++) {
                List<Object> seen = new ArrayList<>();
                Answer page = get(path + "?limit=" + limit);
                while (true) {
                    assertThat(page.items()).hasSizeLessThanOrEqualTo(limit).isNotEmpty();
                    page.items().forEach(item -> seen.add(item.get("id")));
                    Object next = page.body().get("next");
                    if (next == null) {
                        break;
                    }
                    page = get(path + "?limit=" + limit + "&cursor="
                            + URLEncoder.encode(next.toString(), StandardCharsets.UTF_8));
                }
                assertThat(seen).isEqualTo(whole);
            }
        }
    }

    @Test
    void an_export_is_accepted_with_its_place_and_can_be_followed_to_its_end() throws Exception {
        Answer accepted = post("/exports", Map.of("vm", "lab/good", "target", target.toString()));
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        assertThat(accepted.location())
                .isEqualTo("/api/v1/jobs/" + accepted.body().get("id"));
        assertThat(accepted.body())
                .containsEntry("kind", "export")
                .containsEntry("state", "QUEUED")
                .containsEntry("provider", "lab")
                .containsEntry("vm", "good")
                .containsEntry("target", target.toRealPath().toString())
                .doesNotContainKeys("result", "problem", "finishedAt");

        String job = "/jobs/" + accepted.body().get("id");
        await().until(() -> "SUCCEEDED".equals(get(job).body().get("state")));
        assertThat(get(job).body().get("result")).asString().contains("disk0.raw");
        assertThat(get("/jobs?state=succeeded").items()).hasSize(1);
        assertThat(get("/jobs?state=failed&state=running").items()).isEmpty();
        assertThat(post(job + "/cancel", Map.of()).status()).isEqualTo(409);
        assertThat(get("/jobs/none").status()).isEqualTo(404);
    }

    @Test
    void a_running_export_can_be_cancelled() throws Exception {
        Answer accepted = post("/exports", Map.of("provider", "lab", "vm", "slow", "target", target.toString()));
        String job = "/jobs/" + accepted.body().get("id");
        await().until(() -> Integer.valueOf(50).equals(get(job).body().get("progress")));
        assertThat(get(job).body()).containsEntry("state", "RUNNING").containsEntry("phase", "copying");

        Answer cancelled = post(job + "/cancel", Map.of());
        assertThat(cancelled.status()).isIn(200, 202);
        await().until(() -> "CANCELLED".equals(get(job).body().get("state")));
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void a_body_that_is_wrong_is_refused_with_its_pointer() throws Exception {
        assertThat(refused(Map.of("vm", "good"))).isEqualTo("400 /target");
        assertThat(refused(Map.of("target", target.toString()))).isEqualTo("400 /vm");
        assertThat(refused(with("targt", "x"))).isEqualTo("400 /targt");
        assertThat(refused(with("compression", "lzma"))).isEqualTo("400 /compression");
        assertThat(refused(with("compressionLevel", 23))).isEqualTo("400 /compressionLevel");
        assertThat(refused(with("compressionLevel", "9"))).isEqualTo("400 /compressionLevel");
        assertThat(refused(with("disks", "disk0"))).isEqualTo("400 /disks");
        assertThat(refused(with("disks", List.of(1)))).isEqualTo("400 /disks/0");
        assertThat(refused(with("metadata", Map.of("a/b", 1)))).isEqualTo("400 /metadata/a~1b");
        assertThat(refused(with("replace", "yes"))).isEqualTo("400 /replace");
        assertThat(refused(with("format", "vmdk"))).isEqualTo("422 /format");
        assertThat(refused(Map.of("vm", "goood", "target", target.toString()))).isEqualTo("404 /vm");
        assertThat(refused(Map.of("vm", "good", "target", "out"))).isEqualTo("400 /target");
        assertThat(get("/jobs").items()).isEmpty();
    }

    private Map<String, Object> with(String field, Object value) {
        return Map.of("vm", "good", "target", target.toString(), field, value);
    }

    private String refused(Map<String, Object> body) throws Exception {
        Answer answer = post("/exports", body);
        return answer.status() + " " + answer.body().get("pointer");
    }

    private Answer get(String path) throws IOException, InterruptedException {
        return client.get(path);
    }

    private Answer post(String path, Map<String, Object> body) throws IOException, InterruptedException {
        return client.post(path, body);
    }
}
