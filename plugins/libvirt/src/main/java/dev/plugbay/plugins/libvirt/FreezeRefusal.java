package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.util.List;

/**
 * What libvirt's errors say about a freeze that failed: whether nothing was frozen, for certain, or whether it may yet be. If the agent refused, what is frozen is somebody else's and stays so; if it only did not
 * answer in time, as a domain's agent timeout has it, it may freeze a little later, and somebody has to thaw it.
 */
final class FreezeRefusal {

    /** How libvirt calls the command in what an agent answered to it; the error's number is another one since libvirt 10. */
    private static final String COMMAND = "guest-fsfreeze-freeze";

    /** What libvirt says before it has sent anything. */
    private static final List<String> NOT_SENT = List.of("not connected", "not configured", "not available due to");

    private FreezeRefusal() {}

    /** Whether a question that changes nothing shows that there is no agent, or that it does not answer. */
    static boolean isSilence(NativeError error) {
        return switch (error.code()) {
            case NativeError.AGENT_UNRESPONSIVE, NativeError.AGENT_COMMAND_TIMEOUT -> true;
            default -> error.failureCode() == ErrorCode.UNSUPPORTED;
        };
    }

    /**
     * Whether nothing was frozen, for certain, by an agent that had answered just before: the command was not sent, or it answered with an error (after which it has thawed what it had frozen).
     */
    static boolean isRefusal(NativeError error) {
        return switch (error.code()) {
            case NativeError.AGENT_UNRESPONSIVE -> NOT_SENT.stream().anyMatch(error.message()::contains);
            case NativeError.AGENT_COMMAND_TIMEOUT -> false;
            default -> error.message().contains(COMMAND) || error.failureCode() == ErrorCode.UNSUPPORTED;
        };
    }

    /** The failure of an export that needs a freeze. */
    static PluginException of(String why) {
        return ExportRules.unsupported("consistency filesystem needs a guest agent that freezes: " + why);
    }
}
