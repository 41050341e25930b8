package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to serve.
 *
 * @param host an address of this machine's loopback
 * @param port 0 for a free one
 */
record Listen(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:(.+):)?([0-9]{1,5})");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final int HIGHEST_PORT = 65_535;

    static Listen of(Values values, OptionalInt port) {
        String text = values.text(Key.LISTEN).orElse(Key.LISTEN.standard());
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > HIGHEST_PORT) {
            throw values.refusal(Key.LISTEN, "is an address and a port, such as 127.0.0.1:7420");
        }
        String host = matcher.group(1) == null ? "127.0.0.1" : matcher.group(1);
        if (!LOOPBACK.contains(host)) {
            throw PlugbayException.of(
                            ErrorCode.UNSUPPORTED,
                            "This version serves on loopback only, but \"listen\" names another address.")
                    .pointer(Key.LISTEN.pointer())
                    .remedy(
                            "Use 127.0.0.1, localhost or [::1]; to reach it from elsewhere, forward the port, for instance with ssh -L.")
                    .build();
        }
        String address = switch (host) {
            case "[::1]" -> "::1";
            case "localhost" -> "127.0.0.1";
            default -> host;
        };
        return new Listen(address, port.orElse(Integer.parseInt(matcher.group(2))));
    }
}
