package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.cli.ExitCodes;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The command line writes the exit codes out, because it knows the host through REST only. */
class CodesTest {
    @Test
    void the_command_line_and_the_host_mean_the_same_by_every_code() {
        Map<String, Integer> host =
                Arrays.stream(ErrorCode.values()).collect(Collectors.toMap(ErrorCode::id, ErrorCode::exitCode));
        assertThat(ExitCodes.all()).isEqualTo(host);
    }
}
