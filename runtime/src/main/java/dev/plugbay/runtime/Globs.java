package dev.plugbay.runtime;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which ids may be loaded: lists of ids or globs, in which {@code *} stands for any characters and {@code ?} for one. */
final class Globs {
    private Globs() {}

    static boolean matches(String glob, String id) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return id.matches(regex.toString());
    }

    /** Why {@code id} may not be loaded, if it may not. */
    static Optional<String> held(String id, List<String> allow, List<String> deny) {
        for (String glob : deny) {
            if (matches(glob, id)) {
                return Optional.of("plugins.deny names it" + (glob.equals(id) ? "" : " by " + Json.quoted(glob)));
            }
        }
        return allow.isEmpty() || allow.stream().anyMatch(glob -> matches(glob, id))
                ? Optional.empty()
                : Optional.of("plugins.allow does not name it");
    }
}
