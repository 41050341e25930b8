package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.SavedState;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order in which a generation ends, with somebody who comes at the worst moment. */
class RetirementTest {
    private static final int SLOT = Leases.slot(Thread.currentThread(), false);

    @TempDir
    Path home;

    private final CallServices calls = new CallServices(() -> Duration.ofSeconds(10));
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
    private final Leases leases = new Leases();
    private final List<String> steps = new ArrayList<>();

    @AfterEach
    void close() {
        calls.close();
        timers.shutdownNow();
    }

    private HostServices host() {
        HostSettings settings = HostSettings.builder()
                .drain(Duration.ofSeconds(10))
                .cancelGrace(Duration.ofSeconds(10))
                .build();
        FileHostStore store = new FileHostStore(home);
        DesiredState desired = new DesiredState(store);
        CallGuard guard = new CallGuard(calls);
        return new HostServices(
                "test",
                home,
                () -> settings,
                store,
                new ArtifactStore(home),
                ApiCatalog.of(getClass().getClassLoader(), List.of()),
                new Configs(desired, () -> settings, new BasicConfigValidator()),
                guard,
                new HandleFactory(guard),
                new HookThreads("test"),
                timers,
                new EventHub(),
                new VerdictWatch(() -> Duration.ZERO, new ThreadFinder()),
                new Retirements(),
                new States(store),
                new Semaphore(1),
                Clock.systemUTC());
    }

    /**
     * One that somebody enters who does not come by the reference, such as a child handle, when it was seen empty and is about to be closed; who leaves when the retirement
     * asks who is inside.
     */
    private Generation entered() {
        return (Generation) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Generation.class}, (proxy, method, arguments) -> {
                    return switch (method.getName()) {
                        case "leases" -> {
                            if (steps.isEmpty() && isAboutToClose()) {
                                steps.add(leases.enter(SLOT) ? "entered" : "refused");
                            }
                            yield leases;
                        }
                        case "runningCalls" -> {
                            if (steps.contains("entered") && !steps.contains("left")) {
                                steps.add("left");
                                leases.release(SLOT);
                            }
                            yield List.of();
                        }
                        case "saveState" -> {
                            steps.add("saved");
                            yield Optional.of(SavedState.ofText(1, "x"));
                        }
                        case "keepsState" -> true;
                        case "plugin", "instance", "version", "toString" -> "counter";
                        case "generation" -> 1;
                        case "loader" -> new ClassLoader(null) {};
                        case "survivors" -> Map.of();
                        default -> method.getReturnType() == Optional.class ? Optional.empty() : null;
                    };
                });
    }

    /** Its run itself asks for the leases first when it closes them; before that, only what waits does. */
    private static boolean isAboutToClose() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().equals(Retirement.class.getName()))
                        .findFirst()
                        .orElseThrow()
                        .getMethodName()
                        .equals("run"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void who_came_between_the_last_look_and_the_close_has_left_when_the_state_is_saved(boolean hurried)
            throws Exception {
        HostServices host = host();
        Hurry hurry = new Hurry();
        if (hurried) {
            hurry.within(Duration.ZERO);
        }
        Saving saving = new Saving();
        new Retirement(host).run(entered(), Retirement.Why.WITHDRAWN, false, hurry, saving);
        assertThat(steps).containsExactly("entered", "left", "saved");
        assertThat(saving.failure()).isEmpty();
        assertThat(saving.over()).isTrue();
        assertThat(host.store().state("counter")).hasValue(SavedState.ofText(1, "x"));
        host.hooks().close();
    }
}
