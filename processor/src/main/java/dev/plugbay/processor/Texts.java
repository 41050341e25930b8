package dev.plugbay.processor;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of ids, versions, ranges and durations. The host reads the same ones. */
final class Texts {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");
    private static final String NUMBER = "(0|[1-9][0-9]{0,17})";
    private static final String PRERELEASE_PART = "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final Pattern VERSION = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(-"
            + PRERELEASE_PART + "(\\." + PRERELEASE_PART + ")*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?");
    private static final Pattern SHORT_VERSION = Pattern.compile(NUMBER + "(\\." + NUMBER + "){0,2}");
    private static final String TERM = "(\\^|~|>=|<=|>|<|=)?\\s*(\\*|[xX]|" + NUMBER + "(\\.(\\*|[xX]|" + NUMBER
            + "(\\.(\\*|[xX]|" + NUMBER + "([-+][0-9A-Za-z.+-]+)?))?))?)";
    private static final Pattern RANGE =
            Pattern.compile("\\s*" + TERM + "(\\s+" + TERM + ")*(\\s*\\|\\|\\s*" + TERM + "(\\s+" + TERM + ")*)*\\s*");

    /** A duration as people write it, {@code 1m30s}, or as ISO 8601 does. */
    static final String DURATION = "(0|([0-9]{1,12}(ms|d|h|m|s))+"
            + "|P(?=[0-9T])([0-9]{1,9}D)?(T(?=[0-9])([0-9]{1,12}H)?([0-9]{1,12}M)?([0-9]{1,12}(\\.[0-9]{1,9})?S)?)?)";

    private static final Pattern DURATIONS = Pattern.compile(DURATION);
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+)(ms|d|h|m|s)");

    private Texts() {}

    static boolean isId(String text) {
        return text.length() <= 63 && ID.matcher(text).matches();
    }

    static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    /** One to three numbers. */
    static boolean isShortVersion(String text) {
        return SHORT_VERSION.matcher(text).matches();
    }

    static boolean isRange(String text) {
        return text.length() <= 256 && RANGE.matcher(text).matches();
    }

    static Optional<Duration> duration(String text) {
        if (!DURATIONS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(text.startsWith("P") ? Duration.parse(text) : sum(text));
        } catch (DateTimeParseException | ArithmeticException tooLong) {
            return Optional.empty();
        }
    }

    private static Duration sum(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = DURATION_PART.matcher(text);
        while (part.find()) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
        }
        return sum;
    }

    /** {@code "; did you mean storage?"} for a word that is near one of {@code known}, else nothing. */
    static String suggestion(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(word.toLowerCase(Locale.ROOT), candidate)))
                .filter(candidate -> distance(word.toLowerCase(Locale.ROOT), candidate) <= 1 + candidate.length() / 4)
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[to.length()];
    }
}
