package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.Problem;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class VmDirectoryTest {
    private static final VmQuery ALL = VmQuery.of(VmFilter.all());

    @Test
    void machines_of_all_providers_come_in_order_whatever_the_page() {
        VmDirectory vms = directory(new FakeHost(Path.of("/home"))
                .with("c", new LabProvider("1", "2", "3"))
                .with("a", new LabProvider("9", "8"))
                .with("b", new LabProvider()));

        List<String> whole = names(vms.list(ALL, 1000, Optional.empty(), options()));
        assertThat(whole).startsWith("a/8", "a/9", "b/boom").endsWith("c/1", "c/2", "c/3");
        for (int limit = 1; limit < 20; limit++) {
            List<String> seen = new ArrayList<>();
            Optional<String> cursor = Optional.empty();
            do {
                VmListing page = vms.list(ALL, limit, cursor, options());
                seen.addAll(names(page));
                cursor = page.next();
            } while (cursor.isPresent());
            assertThat(seen).as("limit %d", limit).isEqualTo(whole);
        }
    }

    @Test
    void a_provider_that_fails_or_hangs_is_a_warning_and_the_others_are_listed() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        VmDirectory vms = directory(
                Duration.ofSeconds(2),
                new FakeHost(Path.of("/home"))
                        .with("broken", failing(() -> {
                            throw new IllegalStateException("no route to host");
                        }))
                        .with("hanging", failing(never::await))
                        .with("lab", new LabProvider("1")));

        VmListing listing = vms.list(ALL, 10, Optional.empty(), options());

        assertThat(names(listing)).containsExactly("lab/1");
        assertThat(listing.warnings())
                .extracting(Problem::code)
                .containsExactly(ErrorCode.CALL_FAILED, ErrorCode.CALL_TIMEOUT);
        assertThat(listing.warnings().getFirst().detail()).contains("no route to host");
        never.countDown();
    }

    @Test
    void a_provider_that_goes_away_between_two_pages_is_passed_over() {
        FakeHost both = new FakeHost(Path.of("/home"))
                .with("a", new LabProvider("1", "2"))
                .with("b", new LabProvider("3"));
        Optional<String> cursor =
                directory(both).list(ALL, 1, Optional.empty(), options()).next();

        VmDirectory left = directory(new FakeHost(Path.of("/home")).with("b", new LabProvider("3")));

        assertThat(names(left.list(ALL, 10, cursor, options()))).containsExactly("b/3");
    }

    @Test
    void a_provider_whose_cursor_stands_still_is_refused_instead_of_asked_for_ever() {
        VmProvider still = (VmProvider) Proxy.newProxyInstance(
                VmProvider.class.getClassLoader(),
                new Class<?>[] {VmProvider.class},
                (proxy, method, arguments) -> VmPage.builder(
                                List.of(VmInfo.builder("1", "one").build()))
                        .next(((Page) arguments[1]).cursor().orElse("here"))
                        .build());
        VmListing listing =
                directory(new FakeHost(Path.of("/home")).with("a", still)).list(ALL, 10, Optional.empty(), options());

        assertThat(listing.warnings()).hasSize(1);
    }

    private static VmProvider failing(Failing behaviour) {
        return (VmProvider) Proxy.newProxyInstance(
                VmProvider.class.getClassLoader(), new Class<?>[] {VmProvider.class}, (proxy, method, arguments) -> {
                    behaviour.run();
                    throw new IllegalStateException("over");
                });
    }

    private interface Failing {
        void run() throws Exception;
    }

    private static VmDirectory directory(FakeHost host) {
        return directory(Duration.ofSeconds(10), host);
    }

    private static VmDirectory directory(Duration patience, FakeHost host) {
        return new VmDirectory(new Providers(host.host()), new ProviderCalls(host.host(), patience));
    }

    private static List<String> names(VmListing listing) {
        return listing.items().stream().map(vm -> vm.provider() + "/" + vm.id()).toList();
    }

    private static CallOptions options() {
        return CallOptions.by("test");
    }
}
