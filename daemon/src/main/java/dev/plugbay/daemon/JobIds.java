package dev.plugbay.daemon;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.regex.Pattern;

/** Makes ids for jobs: 13 letters and digits, the first nine from the time, so that they sort by age. */
final class JobIds {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int TIME = 9;
    private static final int RANDOM = 4;
    private static final Pattern VALID = Pattern.compile("[" + DIGITS + "]{" + (TIME + RANDOM) + "}");

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    JobIds(Clock clock) {
        this.clock = clock;
    }

    /** A new one. */
    String next() {
        StringBuilder id = new StringBuilder();
        long millis = clock.millis();
        for (int i = TIME - 1; i >= 0; i--) {
            id.append(DIGITS.charAt((int) (millis >>> (5 * i)) & 31));
        }
        for (int i = 0; i < RANDOM; i++) {
            id.append(DIGITS.charAt(random.nextInt(32)));
        }
        return id.toString();
    }

    /** Whether this could be one. */
    static boolean valid(String id) {
        return VALID.matcher(id).matches();
    }
}
