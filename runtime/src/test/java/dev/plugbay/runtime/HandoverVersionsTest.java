package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that do not understand each other's state, or have none. */
class HandoverVersionsTest {
    @TempDir
    Path folder;

    @Test
    void a_version_that_does_not_understand_the_state_is_refused_in_words_and_the_old_one_counts_on() {
        Counters.of("1.0.0").jar().to(folder, "counter.jar");
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            counter.greet("x");
            Counters.of("1.1.0")
                    .restore("if (state.version() != 7) throw new PluginException(ErrorCode.UNSUPPORTED,"
                            + " \"this needs a state of version 7, and there is one of version \" + state.version());")
                    .jar()
                    .to(folder, "counter.jar");
            PlugbayException rolledBack =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
            assertThat(rolledBack.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(rolledBack.details()).containsEntry("cause", "StartFailed");
            assertThat(rolledBack.detail())
                    .contains("restoreState failed", "this needs a state of version 7, and there is one of version 1");
            assertThat(counter.greet("x")).isEqualTo("2");
            assertThat(host.plugin("counter").orElseThrow().version()).isEqualTo("1.0.0");
            Counters.of("1.2.0").jar().to(folder, "counter.jar");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(counter.greet("x")).isEqualTo("3");
        }
    }

    @Test
    void a_version_that_forgot_about_the_state_is_refused_and_one_that_says_it_does_without_is_not() {
        Counters.of("1.0.0").jar().to(folder, "counter.jar");
        Path home = folder.resolve("home");
        try (var host = Plugins.host(folder).home(home).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            counter.greet("x");
            Counters.stateless("1.1.0", "").to(folder, "counter.jar");
            PlugbayException forgot =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
            assertThat(forgot.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(forgot.detail()).contains("1.1.0 has no restoreState for it");
            assertThat(counter.greet("x")).isEqualTo("2");
            Counters.stateless(
                            "1.2.0",
                            "@Override public void restoreState(dev.plugbay.api.PluginContext c, dev.plugbay.api.SavedState s) {}")
                    .to(folder, "counter.jar");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(counter.greet("x")).isEqualTo("1.2.0 greets x");
            Counters.of("1.3.0").jar().to(folder, "counter.jar");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(counter.greet("x"))
                    .as("from one without a state to one with")
                    .isEqualTo("1");
        }
        try (FileHostStore store = new FileHostStore(home)) {
            assertThat(store.state("counter")).hasValue(SavedState.ofText(1, "1"));
            assertThat(store.state("other")).isEqualTo(Optional.empty());
        }
    }
}
