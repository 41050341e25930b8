package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressOnTerminalTest {
    private static final String HALF =
            "{\"phase\":\"copying\",\"progress\":50,\"bytes\":1048576,\"bytesTotal\":2097152}";

    @Test
    void the_line_tells_phase_bar_amount_speed_and_rest() {
        assertThat(ProgressOnTerminal.line(Json.read(HALF), 2))
                .isEqualTo("copying    [##########..........]  50 % (1 MiB of 2 MiB), 512 KiB/s, 2.0 s left");
        assertThat(ProgressOnTerminal.line(Json.read("{\"state\":\"QUEUED\",\"progress\":0}"), 0))
                .isEqualTo("QUEUED     [....................]   0 %");
    }

    @Test
    void it_is_drawn_over_itself_and_never_wider_than_the_terminal() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Console console = new Console(InputStream.nullInputStream(), err, err, false, true, Map.of("COLUMNS", "21"));

        try (ProgressOnTerminal progress = new ProgressOnTerminal(console)) {
            progress.show(Json.read(HALF));
            progress.show(Json.read(HALF));
        }

        String line = "\rcopying    [#######…\u001b[K";
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(line + line + "\n");
    }
}
