package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.PluginCallException;
import dev.plugbay.runtime.TestPlugins.Target;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What crossed a border is kept by the host; the plugin's loader must go all the same. */
@Timeout(60)
class BorderLeakTest {
    private final WorkFixture plugin = new WorkFixture();
    private final List<Object> kept = new ArrayList<>();

    @AfterEach
    void close() {
        plugin.close();
    }

    /** Makes a generation, keeps what {@code use} answers, drops the generation. */
    private WeakReference<ClassLoader> keep(Function<Target, Object> use) {
        Target target = plugin.publish();
        kept.add(use.apply(target));
        WeakReference<ClassLoader> loader = new WeakReference<>(target.loader());
        plugin.ref.clear("was unloaded");
        target.leases().close();
        assertThat(target.leases().idle()).isTrue();
        target.leases().sever();
        return loader;
    }

    /** The same, where another generation takes over by a handover, and the host goes on with that. */
    private WeakReference<ClassLoader> keepOverHandover(Function<Target, Object> use) {
        Target target = plugin.publish();
        kept.add(use.apply(target));
        WeakReference<ClassLoader> loader = new WeakReference<>(target.loader());
        Door door = plugin.ref.close();
        assertThat(door.seal(() -> true)).isTrue();
        plugin.ref.open(door, new Target("demo", 99, BorderLeakTest.class.getClassLoader()));
        target.leases().close();
        assertThat(target.leases().idle()).isTrue();
        target.leases().sever();
        return loader;
    }

    @Test
    void what_a_generation_that_handed_over_has_answered() {
        assertCollected(keepOverHandover(target -> plugin.work.later(false)));
        assertCollected(keepOverHandover(target -> plugin.work.anything()));
        assertCollected(keepOverHandover(target -> {
            InputStream stream = plugin.work.open();
            try (stream) {
                assertThat(stream.read()).isEqualTo(1);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return stream;
        }));
        assertCollected(keepOverHandover(target -> catchThrowable(() -> plugin.work.fail("typed"))));
    }

    private static boolean collected(WeakReference<ClassLoader> loader) {
        System.gc();
        return loader.get() == null;
    }

    private static void assertCollected(WeakReference<ClassLoader> loader) {
        await().atMost(Duration.ofSeconds(30)).until(() -> collected(loader));
    }

    @Test
    void control_a_raw_object_or_exception_keeps_its_loader() {
        WeakReference<ClassLoader> object = keep(target -> target.make("Impl$MyList"));
        WeakReference<ClassLoader> exception = keep(target ->
                catchThrowable(() -> ((Points.Work) target.extension(Points.Work.class.getName(), "")).fail("x")));
        for (int i = 0; i < 5; i++) {
            assertThat(collected(object)).isFalse();
            assertThat(collected(exception)).isFalse();
        }
        kept.clear();
        assertCollected(object);
        assertCollected(exception);
    }

    @Test
    void a_list_of_a_class_of_the_plugin() {
        assertCollected(keep(target -> plugin.work.anything()));
        assertThat(kept).containsExactly(List.of("x"));
    }

    @Test
    void failures_of_every_kind() {
        for (String how : List.of("typed", "evil", "link", "deep", "cyclic", "plain")) {
            assertCollected(keep(target -> catchThrowable(() -> plugin.work.fail(how))));
        }
        assertThat(kept).allSatisfy(failure -> assertThat(failure).isInstanceOf(PluginCallException.class));
        PluginCallException typed = (PluginCallException) kept.getFirst();
        assertThat(typed.code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(typed.retryable()).isTrue();
        assertThat(typed).hasMessage("no such");
        assertThat(typed.getStackTrace()[0].getClassName()).isEqualTo("acme.Impl");
        assertThat(((PluginCallException) kept.get(2)).code()).isEqualTo(ErrorCode.LINK_ERROR);
        assertThat(((PluginCallException) kept.get(3)).remoteType()).isEqualTo("java.lang.StackOverflowError");
        assertThat(((PluginCallException) kept.get(4)).causes())
                .singleElement()
                .satisfies(cause -> assertThat(cause.message()).isEqualTo("b"));
    }

    @Test
    void a_failed_and_a_complete_future() {
        assertCollected(keep(target -> plugin.work.later(true)));
        assertCollected(keep(target -> plugin.work.later(false)));
        assertThat(((HeldStage) kept.get(1)).join()).isEqualTo("done");
        CompletionException failed =
                catchThrowableOfType(CompletionException.class, () -> ((HeldStage) kept.get(0)).join());
        assertThat(failed.getCause())
                .isInstanceOfSatisfying(
                        PluginCallException.class,
                        e -> assertThat(e.remoteType()).isEqualTo("acme.Impl$Mine"));
    }

    @Test
    void a_stream_that_is_closed_and_kept_and_its_failure() {
        assertCollected(keep(target -> {
            InputStream stream = plugin.work.open();
            assertThat(target.leases().idle()).isFalse();
            assertThat(target.leases().snapshot())
                    .singleElement()
                    .satisfies(open -> assertThat(open.what()).isEqualTo("stream from Work.open"));
            try (stream) {
                assertThat(stream.read()).isEqualTo(1);
                assertThat(stream.read()).isEqualTo(2);
                kept.add(catchThrowableOfType(IOException.class, stream::read));
                assertThat(target.leases().idle()).isFalse();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            assertThat(target.leases().idle()).isTrue();
            return stream;
        }));
        assertThat(catchThrowable(() -> ((InputStream) kept.getLast()).read())).isInstanceOf(IOException.class);
    }

    @Test
    void a_stream_that_is_lost_unclosed_gives_its_lease_back() {
        Target target = plugin.publish();
        assertThat(plugin.work.open()).isNotNull();
        assertThat(target.leases().idle()).isFalse();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return target.leases().idle();
        });
    }

    @Test
    void an_exception_of_the_hosts_own_listener_that_the_host_keeps() {
        AtomicReference<RuntimeException> own = new AtomicReference<>();
        WeakReference<ClassLoader> loader = keep(target -> catchThrowable(() -> plugin.work.eager("x", text -> {
            RuntimeException mine = new IllegalStateException("listener", new IOException("cause"));
            own.set(mine);
            throw mine;
        })));
        assertCollected(loader);
        RuntimeException failure = Objects.requireNonNull(own.get());
        assertThat(failure).hasMessage("listener");
        assertThat(failure.getStackTrace())
                .anySatisfy(frame -> assertThat(frame.getClassName()).isEqualTo("acme.Impl"));
        assertThat(kept).singleElement().isInstanceOf(PlugbayException.class);
    }

    @Test
    void a_listener_is_dead_after_its_call() {
        plugin.publish();
        assertThat(plugin.work.eager("keep", text -> text)).isEqualTo("kept");
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> plugin.work.eager("old", text -> text));
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void a_failure_of_another_plugin_that_came_through_this_one() {
        WorkFixture other = new WorkFixture();
        WeakReference<ClassLoader> loader = keep(target -> {
            other.publish();
            TargetRef through = new TargetRef("through", "through");
            Points.Greeter nested = name -> {
                other.work.fail(name);
                return name;
            };
            through.publish(new Target("through", 7, target.loader()).offer(Points.Greeter.class, "", nested));
            return catchThrowable(() ->
                    plugin.handles.handle(Points.Greeter.class, through, "").greet("typed"));
        });
        assertCollected(loader);
        PluginCallException failure = (PluginCallException) kept.getFirst();
        assertThat(failure.plugin()).contains("through");
        assertThat(failure.generation()).hasValue(7);
        assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(failure.causes().getFirst().message()).contains("demo#1");
        other.close();
    }
}
