package dev.plugbay.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything at once that a host can be asked for, until it is gone: each kind of change by a thread of its own, which writes into the ledger what it asks and what it
 * is answered. A connection that breaks leaves the last question open.
 */
final class Bustle implements AutoCloseable {
    private static final AtomicInteger FOLDERS = new AtomicInteger();

    /** One reloads by handover. */
    private static final List<String> RELOADED = List.of("teller", "images", "keeper");

    private static final String BRANCH = "/plugins/teller/instances/branch";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final JsonMapper mapper = new JsonMapper();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final String url;
    private final String token;
    private final Ledger ledger;
    private final PluginJar guest;
    private final Path targets;
    private final long seed;

    /** To be begun. */
    Bustle(Daemon daemon, Path home, Ledger ledger, PluginJar guest, Path targets, long seed) {
        this.url = daemon.url() + "/api/v1";
        this.ledger = ledger;
        this.guest = guest;
        this.targets = targets;
        this.seed = seed;
        try {
            token = Files.readString(home.resolve("token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins. */
    Bustle begin() {
        ledger.keys().forEach(key -> often("tell", random -> tell(key)));
        often("list", random -> send("GET", "/vms", ""));
        often("configure", random -> configure());
        often("switch", random -> toggle());
        often("instance", random -> branch());
        often("reload", random -> reload(RELOADED.get(random.nextInt(3))));
        often("install", random -> install());
        often("export", random -> export("teller/box", "raw", true));
        often("export", random -> export("images/big", "qcow2", false));
        often("export", random -> export("images/sample", "raw", random.nextBoolean()));
        return this;
    }

    /** Asks for each kind of change once, one after the other. */
    void once() throws IOException, InterruptedException {
        for (String key : ledger.keys()) {
            tell(key);
        }
        configure();
        toggle();
        branch();
        reload("keeper");
        install();
        export("images/sample", "raw", false);
    }

    private interface Act {
        void run(Random random) throws IOException, InterruptedException;
    }

    private void often(String name, Act act) {
        Random random = new Random(seed + threads.size());
        threads.add(Thread.ofPlatform().daemon().name("bustle-" + name).start(() -> {
            try {
                while (!stop.get()) {
                    act.run(random);
                }
            } catch (IOException gone) {
                // That is what it is about.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void tell(String key) throws IOException, InterruptedException {
        Told<Integer> told = Objects.requireNonNull(ledger.stored.get(key));
        int next = told.acknowledged() + 1;
        told.asks(next);
        HttpResponse<String> answer = send("GET", "/providers/teller/vms?q=set:" + key + ":" + next, "");
        if (answer.statusCode() == 200) {
            told.answered(next);
        } else { // it may have been stored before the call failed, so the question stays open
            judge(answer);
        }
    }

    private void reload(String plugin) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("POST", "/plugins/" + plugin + "/reload", "");
        if (answer.statusCode() != 200) {
            judge(answer);
        } else if (plugin.equals("keeper")) {
            ledger.handovers.incrementAndGet();
        }
    }

    /** Nothing that is asked here can be refused, but that others ask for something at the same time. */
    private void judge(HttpResponse<String> answer) {
        if (!mapper.readTree(answer.body()).path("code").asString("").equals("Busy")) {
            ledger.unexplained.add(answer.request().method() + " " + answer.uri() + ": " + answer.body());
        }
    }

    private void configure() throws IOException, InterruptedException {
        int next = ledger.mark.acknowledged() + 1;
        ledger.mark.asks(next);
        settle(ledger.mark, next, send("PATCH", "/plugins/teller/config", "{\"mark\": " + next + "}"));
    }

    private void toggle() throws IOException, InterruptedException {
        boolean next = !ledger.lamp.acknowledged();
        ledger.lamp.asks(next);
        settle(ledger.lamp, next, send("POST", "/plugins/lamp/" + (next ? "enable" : "disable"), ""));
    }

    private void branch() throws IOException, InterruptedException {
        int next = (ledger.branch.acknowledged() + 1) % 5;
        ledger.branch.asks(next);
        settle(
                ledger.branch,
                next,
                next == 0
                        ? send("DELETE", BRANCH + "?purge", "")
                        : send("PUT", BRANCH, "{\"config\": {\"mark\": " + next + "}}"));
    }

    private void install() throws IOException, InterruptedException {
        String now = ledger.guest.acknowledged();
        int number = now.isEmpty() ? 0 : Integer.parseInt(now.substring(now.lastIndexOf('.') + 1));
        if (number == 0 || number % 4 != 0) {
            String next = "1.0." + (number == 0 ? 1 + FOLDERS.get() % 3 : number + 1);
            ledger.guest.asks(next);
            settle(ledger.guest, next, upload(guest.version(next).bytes()));
        } else {
            ledger.guest.asks("");
            settle(ledger.guest, "", send("DELETE", "/plugins/guest", ""));
        }
    }

    private <T> void settle(Told<T> told, T next, HttpResponse<String> answer) {
        if (answer.statusCode() / 100 == 2) {
            told.answered(next);
        } else {
            told.refused(next);
            judge(answer);
        }
    }

    private void export(String vm, String format, boolean replace) throws IOException, InterruptedException {
        Path target = replace
                ? targets.resolve("lasting-" + format + vm.length())
                : targets.resolve("one" + FOLDERS.incrementAndGet());
        HttpResponse<String> accepted = send(
                "POST",
                "/exports",
                mapper.writeValueAsString(
                        Map.of("vm", vm, "target", target.toString(), "format", format, "replace", replace)));
        if (accepted.statusCode() != 202) {
            judge(accepted);
            return;
        }
        String job = mapper.readTree(accepted.body()).path("id").asString();
        Path result = target.resolve(vm.substring(vm.indexOf('/') + 1));
        ledger.exports.put(job, result);
        while (!stop.get()) {
            JsonNode now = mapper.readTree(send("GET", "/jobs/" + job, "").body());
            String state = now.path("state").asString("");
            if (!List.of("QUEUED", "RUNNING").contains(state)) {
                ledger.ended.put(job, state);
                return;
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return send(method, path, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> upload(byte[] jar) throws IOException, InterruptedException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write("--xxxx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"guest.jar\"\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
        form.write(jar);
        form.write("\r\n--xxxx--\r\n".getBytes(StandardCharsets.UTF_8));
        return send("POST", "/plugins/install", "multipart/form-data; boundary=xxxx", form.toByteArray());
    }

    private HttpResponse<String> send(String method, String path, String type, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (body.length > 0) {
            request.header("Content-Type", type);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        answers.incrementAndGet();
        return answer;
    }

    /** Waits until the host has answered so many times, or nobody asks it any more. */
    void await(int count) {
        while (answers.get() < count && threads.stream().anyMatch(Thread::isAlive)) {
            LockSupport.parkNanos(200_000);
        }
    }

    /** Waits until each has got its last answer, or will never get it. */
    @Override
    public void close() {
        stop.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        client.close();
    }
}
