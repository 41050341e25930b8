package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors of libvirt 9 and 10, as they are worded there. What libvirt 9 does with a real agent see {@link GuestFreezeTest}. */
class FreezeRefusalTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            86, Guest agent is not responding: QEMU guest agent is not connected, true
            86, Guest agent is not responding: QEMU guest agent is not available due to an error, true
            74, argument unsupported: QEMU guest agent is not configured, true
            1, internal error: unable to execute QEMU agent command 'guest-fsfreeze-freeze': The command has been disabled, true
            113, guest agent command failed: unable to execute QEMU agent command 'guest-fsfreeze-freeze': failed to freeze /, true
            86, Guest agent is not responding: Guest agent not available for now, false
            86, Guest agent is not responding: Guest agent disappeared while executing command, false
            112, guest agent command timed out: guest agent didn't respond to command 'guest-fsfreeze-freeze', false
            1, internal error: client socket is closed, false
            38, Cannot recv data: Connection reset by peer, false
            """)
    void only_an_error_after_which_nothing_can_be_frozen_is_a_refusal(int code, String message, boolean refusal) {
        assertThat(FreezeRefusal.isRefusal(new NativeError(code, 0, message))).isEqualTo(refusal);
    }

    @ParameterizedTest
    @CsvSource({"86, true", "112, true", "74, true", "113, false", "1, false", "38, false"})
    void an_agent_is_silent_only_if_it_answers_nothing(int code, boolean silent) {
        assertThat(FreezeRefusal.isSilence(new NativeError(code, 0, "any"))).isEqualTo(silent);
    }
}
