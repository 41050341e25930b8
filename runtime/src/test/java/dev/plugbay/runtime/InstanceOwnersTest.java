package dev.plugbay.runtime;

import static dev.plugbay.runtime.InstancesFixture.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import dev.plugbay.example.Reach;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a new instance stores has an owner from its first byte on, and none when it was refused. */
class InstanceOwnersTest {
    private static final String MAIN = """
            package acme;
            public final class Main implements dev.plugbay.api.Plugin {
                @Override public void start(dev.plugbay.api.PluginContext context) throws Exception {
                    java.nio.file.Files.writeString(context.dataFolder().resolve("note"), context.instance());
                    context.storage().put("n", new byte[] {1});
                    dev.plugbay.example.Reach.host(String.valueOf(context.config().get("word")));
                }
            }
            """;

    @TempDir
    Path folder;

    @TempDir
    Path home;

    @TempDir
    Path snapshot;

    @AfterEach
    void disconnect() {
        Reach.connect(what -> {});
    }

    /** Stores before it tells its word to whom the test connected. */
    private static Jars plugin(String id) {
        return Jars.plugin(id, "1.0.0")
                .source(MAIN)
                .extension(Greeter.class, Plugins.GREETER)
                .host("storage", "data")
                .with("configSchema", Map.of("type", "object", "properties", Map.of("word", Map.of("type", "string"))));
    }

    private void copyHome() {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.toList()) {
                Path copy = snapshot.resolve(home.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_host_that_dies_while_a_new_one_starts_lets_the_next_host_make_it_all_the_same() {
        plugin("hello").to(folder);
        plugin("other").to(folder);
        Reach.connect(word -> {
            if (word.equals("new")) {
                copyHome(); // all that a host leaves that is killed in this very moment
            }
        });
        try (var host = Plugins.host(folder).home(home).start()) {
            host.putInstance("hello", "second", word("new"));
        }
        assertThat(snapshot.resolve("data/second/note")).exists();
        Reach.connect(word -> {});
        try (var host = Plugins.host(folder).home(snapshot).start()) {
            assertThat(host.instances("hello")).hasSize(1); // it was never acknowledged
            PlugbayException others =
                    catchThrowableOfType(PlugbayException.class, () -> host.putInstance("other", "second", word("x")));
            assertThat(others.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(host.putInstance("hello", "second", word("again")).state())
                    .isEqualTo(PluginState.RUNNING);
        }
    }

    @Test
    void one_that_is_refused_leaves_no_data_and_no_name_even_after_another_restart() {
        plugin("hello").to(folder);
        plugin("other").to(folder);
        Reach.connect(word -> {
            if (word.equals("bad")) {
                throw new IllegalStateException("cannot start");
            }
        });
        try (var host = Plugins.host(folder).home(home).start()) {
            assertThat(catchThrowableOfType(
                                    PlugbayException.class, () -> host.putInstance("hello", "second", word("bad")))
                            .code())
                    .isEqualTo(ErrorCode.START_FAILED);
            assertThat(home.resolve("data/second")).doesNotExist();
        }
        try (var host = Plugins.host(folder).home(home).start()) {
            assertThat(host.putInstance("other", "second", word("x")).state()).isEqualTo(PluginState.RUNNING);
        }
    }

    @Test
    void one_of_which_data_was_kept_keeps_it_when_its_like_is_refused() {
        plugin("hello").to(folder);
        try (var host = Plugins.host(folder).home(home).start()) {
            host.putInstance("hello", "second", word("good"));
            host.removeInstance("hello", "second", false);
            Reach.connect(word -> {
                throw new IllegalStateException("cannot start");
            });
            assertThat(catchThrowableOfType(
                                    PlugbayException.class, () -> host.putInstance("hello", "second", word("bad")))
                            .code())
                    .isEqualTo(ErrorCode.START_FAILED);
            assertThat(home.resolve("data/second/note")).exists();
        }
    }

    @Test
    void two_that_are_asked_for_at_once_and_both_refused_leave_the_name_free() {
        plugin("hello").to(folder);
        plugin("other").to(folder);
        Reach.connect(word -> {
            if (word.startsWith("bad")) {
                throw new IllegalStateException("cannot start");
            }
        });
        try (var host = Plugins.host(folder).home(home).start()) {
            for (int round = 0; round < 10; round++) {
                String name = "n" + round;
                List<CompletableFuture<Object>> both = Stream.of("bad one", "bad two")
                        .map(word -> CompletableFuture.supplyAsync(
                                        () -> (Object) host.putInstance("hello", name, word(word)),
                                        Thread::startVirtualThread)
                                .exceptionally(failure -> failure))
                        .toList();
                both.forEach(future -> assertThat(future.join()).isInstanceOf(Throwable.class));
                assertThat(host.putInstance("other", name, word("x")).state()).isEqualTo(PluginState.RUNNING);
                host.removeInstance("other", name, true);
            }
        }
    }

    @Test
    void one_that_is_accepted_while_its_like_is_refused_is_kept() {
        plugin("hello").to(folder);
        Reach.connect(word -> {
            if (word.equals("bad")) {
                throw new IllegalStateException("cannot start");
            }
        });
        for (int round = 0; round < 10; round++) {
            String name = "n" + round;
            try (var host = Plugins.host(folder).home(home).start()) {
                List<CompletableFuture<Object>> both = Stream.of("bad", "good")
                        .map(word -> CompletableFuture.supplyAsync(
                                        () -> (Object) host.putInstance("hello", name, word(word)),
                                        Thread::startVirtualThread)
                                .exceptionally(failure -> failure))
                        .toList();
                both.forEach(CompletableFuture::join);
                if (both.get(1).join() instanceof Throwable) {
                    continue; // it came while what the other had stored was deleted, and was told so
                }
            }
            try (var host = Plugins.host(folder).home(home).start()) {
                assertThat(host.instance("hello", name)).isPresent();
                host.removeInstance("hello", name, true);
            }
        }
    }
}
