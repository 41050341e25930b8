package dev.plugbay.daemon;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a list over several providers goes on.
 *
 * @param instance at which provider; it and those after it in the order of their names are still to come
 * @param inner that provider's own cursor; absent for its beginning
 */
record VmCursor(String instance, Optional<String> inner) {
    /** As text that means nothing to others. */
    String encode() {
        String plain = instance + inner.map(cursor -> "\n" + cursor).orElse("");
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what {@link #encode} wrote. */
    static VmCursor decode(String text) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            int line = plain.indexOf('\n');
            String instance = line < 0 ? plain : plain.substring(0, line);
            if (instance.matches("[a-z][a-z0-9.-]*")) {
                return new VmCursor(instance, line < 0 ? Optional.empty() : Optional.of(plain.substring(line + 1)));
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Requests.invalid("cursor", "is none that this host gave");
    }
}
