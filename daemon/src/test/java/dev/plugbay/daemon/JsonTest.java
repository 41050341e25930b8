package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.runtime.HostEvent;
import dev.plugbay.runtime.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JsonTest {
    private final Redactor redactor = new Redactor();
    private final Json json = new Json(redactor);

    @Test
    void what_is_absent_is_left_out_and_times_and_paths_are_text() {
        record Example(Optional<String> none, Optional<Integer> one, OptionalInt nothing, Instant at, Path path) {}
        assertThat(json.text(new Example(
                        Optional.empty(), Optional.of(1), OptionalInt.empty(), Instant.EPOCH, Path.of("/a b/ä"))))
                .isEqualTo("{\"one\":1,\"at\":\"1970-01-01T00:00:00Z\",\"path\":\"/a b/ä\"}");
    }

    @Test
    void known_secrets_are_masked_in_problems_events_and_health_but_not_elsewhere() {
        redactor.add(List.of("hunter2"));
        Problem problem = Problems.of(ErrorCode.CALL_FAILED, "no login with hunter2", "not hunter2");
        HostEvent event = new HostEvent(
                "plugin.failed",
                Instant.EPOCH,
                Optional.of("a"),
                Optional.empty(),
                OptionalInt.of(2),
                Map.of("detail", "hunter2", "list", List.of(Map.of("x", "hunter2"))));
        for (Object told : List.of(problem, event, Health.unhealthy("hunter2 is refused"))) {
            assertThat(json.text(told)).contains("********").doesNotContain("hunter2");
        }
        assertThat(new String(json.problem(problem, 502), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("hunter2");
        assertThat(json.text(event))
                .startsWith(
                        "{\"type\":\"plugin.failed\",\"at\":\"1970-01-01T00:00:00Z\",\"plugin\":\"a\",\"generation\":2,");
        assertThat(json.text(Map.of("name", "hunter2"))).contains("hunter2");
    }
}
