package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.testkit.TestContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportRequestsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** There is no connection, for nobody makes one. */
    @Test
    void no_question_takes_longer_than_there_is_time() {
        TestContext context = TestContext.builder()
                .plugin("libvirt")
                .config(Map.of("uri", "test:///default"))
                .grant("data", "threads")
                .build();
        try {
            Lines lines = new Lines(context.config(LibvirtConfig.class), context, context.logger());
            ExportRequests requests =
                    new ExportRequests(lines, "test:///default", PATIENCE).until(System.nanoTime() + 1);
            for (Runnable question : List.<Runnable>of(
                    () -> requests.running(Domains.id(1)),
                    () -> requests.backup(Domains.id(1)),
                    () -> requests.abort(Domains.id(1)),
                    () -> requests.thaw(Domains.id(1)))) {
                PluginException late = assertTimeoutPreemptively(
                        Duration.ofMinutes(1), () -> catchThrowableOfType(PluginException.class, question::run));
                assertThat(late.code()).isIn(ErrorCode.CALL_TIMEOUT, ErrorCode.UNAVAILABLE);
            }
        } finally {
            context.close();
        }
    }
}
