package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.CallOptions;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VmNamesTest {
    private final FakeHost host = new FakeHost(Path.of("/home"))
            .with("a", new LabProvider("b", "web-1:web", "x*y", "both:other", "shared"))
            .with("c", new LabProvider("a/only", "web-2:web", "other:both", "shared"))
            .with("d", new LabProvider("a/b", "deep/er"));

    @Test
    void an_id_or_a_unique_name_is_enough() {
        assertThat(resolve("b")).isEqualTo("a/b");
        assertThat(resolve("a/b/")).startsWith("NOT_FOUND");
        assertThat(resolve("x*y")).isEqualTo("a/x*y");
        assertThat(resolve("web-2")).isEqualTo("c/web-2");
        assertThat(resolve("WEB-2")).startsWith("NOT_FOUND");
    }

    @Test
    void an_instance_may_stand_before_it() {
        assertThat(resolve("c/web")).isEqualTo("c/web-2");
        assertThat(resolve("d/deep/er")).isEqualTo("d/deep/er");
        assertThat(resolve("deep/er")).isEqualTo("d/deep/er");
        assertThat(resolve("a/only")).isEqualTo("c/a/only");
    }

    @Test
    void what_is_an_id_is_not_taken_for_a_name() {
        assertThat(resolve("both")).isEqualTo("a/both");
        assertThat(resolve("other")).isEqualTo("c/other");
    }

    @Test
    void what_has_several_meanings_is_refused_with_all_of_them() {
        assertThat(resolve("web")).isEqualTo("CONFLICT [a/web-1, c/web-2]");
        assertThat(resolve("shared")).isEqualTo("CONFLICT [a/shared, c/shared]");
        assertThat(resolve("a/b")).isEqualTo("CONFLICT [a/b, d/a/b]");
    }

    @Test
    void a_provider_named_apart_leaves_no_doubt() {
        assertThat(resolve(Optional.of("a"), "b")).isEqualTo("a/b");
        assertThat(resolve(Optional.of("d"), "a/b")).isEqualTo("d/a/b");
        assertThat(resolve(Optional.of("a"), "web")).isEqualTo("a/web-1");
        assertThat(resolve(Optional.of("a"), "a/web")).startsWith("NOT_FOUND");
        assertThat(resolve(Optional.of("z"), "b")).startsWith("NOT_FOUND");
    }

    @Test
    void what_is_unknown_is_refused_with_what_is_near() {
        PlugbayException failure = refused(Optional.empty(), "shard");
        assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(failure.remedy()).hasValue("Did you mean shared?");
        assertThat(failure.pointer()).hasValue("/vm");
    }

    @Test
    void what_is_not_found_while_a_provider_fails_may_still_exist() {
        VmProvider broken = (VmProvider) Proxy.newProxyInstance(
                VmProvider.class.getClassLoader(), new Class<?>[] {VmProvider.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("no route to host");
                });
        host.with("e", broken);

        assertThat(resolve("nowhere")).startsWith("UNAVAILABLE");
        assertThat(resolve("c/web")).isEqualTo("c/web-2");
    }

    private String resolve(String name) {
        return resolve(Optional.empty(), name);
    }

    private String resolve(Optional<String> provider, String name) {
        try {
            return names().resolve(provider, name, CallOptions.by("test")).name();
        } catch (PlugbayException e) {
            return e.code().name() + " " + e.details().getOrDefault("candidates", List.of());
        }
    }

    private PlugbayException refused(Optional<String> provider, String name) {
        return catchThrowableOfType(
                PlugbayException.class, () -> names().resolve(provider, name, CallOptions.by("test")));
    }

    private VmNames names() {
        return new VmNames(new Providers(host.host()), new ProviderCalls(host.host(), Duration.ofSeconds(5)));
    }
}
