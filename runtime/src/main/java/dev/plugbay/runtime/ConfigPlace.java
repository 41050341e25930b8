package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;

/**
 * A place in a configuration.
 *
 * @param pointer its JSON pointer (RFC 6901); empty for the whole
 */
record ConfigPlace(String pointer) {
    static final ConfigPlace ROOT = new ConfigPlace("");

    ConfigPlace child(String name) {
        return new ConfigPlace(pointer + "/" + name.replace("~", "~0").replace("/", "~1"));
    }

    ConfigPlace child(int index) {
        return new ConfigPlace(pointer + "/" + index);
    }

    /** How a message begins: {@code /port}, or {@code The configuration}. */
    String shown() {
        if (pointer.isEmpty()) {
            return "The configuration";
        }
        String quoted = Json.quoted(pointer);
        return quoted.equals('"' + pointer + '"') ? pointer : quoted;
    }

    /** A failure about the value here; {@code what} follows the pointer and never shows the value. */
    PlugbayException invalid(String what, String remedy) {
        return PlugbayException.of(ErrorCode.INVALID_CONFIG, shown() + " " + what)
                .pointer(pointer)
                .remedy(remedy)
                .build();
    }
}
