package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstancesCommandTest {
    private static final String SECOND =
            "{\"name\":\"second\",\"plugin\":\"x\",\"version\":\"1.0.0\",\"generation\":3,\"state\":\"RUNNING\",\"enabled\":true,"
                    + "\"health\":{\"level\":\"HEALTHY\",\"reasons\":[]},\"verdicts\":["
                    + "{\"instance\":\"second\",\"generation\":1,\"version\":\"1.0.0\",\"outcome\":\"RELEASED\",\"millis\":5,\"waitsFor\":[],\"holders\":[]},"
                    + "{\"instance\":\"second\",\"generation\":2,\"version\":\"1.0.0\",\"outcome\":\"PENDING\",\"millis\":5,\"waitsFor\":[\"a call\"],\"holders\":[]}]}";

    private FakeHost host;

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void all_are_listed_with_what_became_of_their_older_generations() {
        host.answer("GET /api/v1/plugins", 200, "{\"items\":[{\"id\":\"x\",\"instances\":[" + SECOND + "]}]}");
        Run run = Run.of(host, "instances");
        assertThat(run.out()).contains("second", "1 PENDING, 1 RELEASED");
        assertThat(Json.read(Run.of(host, "instances", "--json").out())
                        .path("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void one_is_shown_with_each_verdict() {
        host.answer("GET /api/v1/plugins/x/instances/second", 200, SECOND);
        assertThat(Run.of(host, "instances", "show", "x", "second").out()).contains("HEALTHY", "a call");
    }

    @Test
    void add_sends_typed_values_and_replaces_nothing() {
        host.answer("PUT /api/v1/plugins/x/instances/second", 201, SECOND);
        Run run = Run.of(host, "instances", "add", "x", "second", "a.b=7", "gone=null", "text=hi", "--disabled");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("second 1.0.0 added: RUNNING, generation 3\n");
        assertThat(Json.read(host.last().body()))
                .isEqualTo(Json.read("{\"enabled\":false,\"config\":{\"a\":{\"b\":7},\"text\":\"hi\"}}"));
    }

    @Test
    void the_option_instance_leads_to_that_instance() {
        host.answer("POST /api/v1/plugins/x/instances/second/reload", 200, SECOND);
        host.answer("POST /api/v1/plugins/x/instances/second/stop", 200, SECOND);
        host.answer("GET /api/v1/plugins/x/instances/second/config", 200, "{\"a\":1}");
        host.answer("PATCH /api/v1/plugins/x/instances/second/config", 200, "{\"a\":2}");
        host.answer("GET /api/v1/plugins/x/instances/second/log", 200, "{\"items\":[]}");
        for (String words : new String[] {
            "plugins reload x --instance second",
            "plugins stop x --instance second",
            "config get x a --instance second",
            "config set x --instance second a=2",
            "plugins log x --instance second"
        }) {
            Run run = Run.of(host, words.split(" "));
            assertThat(run.exit()).as(words + run.err()).isZero();
        }
        assertThat(Run.of(host, "config", "get", "x", "b", "--instance", "second")
                        .err())
                .contains("configuration of second", "--instance second");
    }

    @Test
    void what_is_done_to_a_plugin_tells_of_each_instance() {
        host.answer(
                "POST /api/v1/plugins/x/stop",
                200,
                "{\"id\":\"x\",\"version\":\"1.0.0\",\"state\":\"STOPPED\",\"instances\":[{\"name\":\"x\"}," + SECOND
                        + "]}");
        assertThat(Run.of(host, "plugins", "stop", "x").out())
                .isEqualTo("x 1.0.0 stopped: STOPPED\n  instance second 1.0.0: RUNNING, generation 3\n");
    }
}
