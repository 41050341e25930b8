package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.PluginException;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Failures by code, whether they come from a plugin's own object or through a host. */
final class Failures {
    private Failures() {}

    static void assertCode(ThrowingCallable call, ErrorCode... anyOf) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).as("a failure").isNotNull();
        assertThat(code(failure)).as("the code of: %s", failure).isPresent();
        assertThat(code(failure).orElseThrow()).as("the code of: %s", failure).isIn((Object[]) anyOf);
        assertThat(failure.getMessage()).as("what the failure says").isNotBlank();
    }

    private static Optional<ErrorCode> code(Throwable failure) {
        return switch (failure) {
            case PluginException plugin -> Optional.of(plugin.code());
            case PlugbayException host -> Optional.of(host.code());
            default -> Optional.empty();
        };
    }
}
