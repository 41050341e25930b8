package dev.plugbay.runtime;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}, {@code 1m30s}, or ISO 8601 ({@code PT30S}). */
public final class Durations {
    private static final Pattern PARTS = Pattern.compile("([0-9]{1,12})(ms|d|h|m|s)");

    /** A hundred years; longer ones would not fit into nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Durations() {}

    /**
     * The length of time that {@code text} describes, from zero to a hundred years.
     *
     * @throws IllegalArgumentException when it describes none
     */
    public static Duration parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.equals("0")) {
            return Duration.ZERO;
        }
        try {
            Duration sum = lower.startsWith("p") ? Duration.parse(lower) : parts(lower);
            if (!sum.isNegative() && sum.compareTo(LONGEST) <= 0) {
                return sum;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // told below
        }
        throw new IllegalArgumentException("not a length of time, such as 500ms, 30s, 5m or 1h");
    }

    private static Duration parts(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PARTS.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!part.find(at) || part.start() != at) {
                throw new ArithmeticException();
            }
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    });
            at = part.end();
        }
        if (at == 0) {
            throw new ArithmeticException();
        }
        return sum;
    }

    /** The shortest way to write {@code duration}: {@code 90s} becomes {@code 1m30s}; what is finer than a millisecond is ISO 8601. */
    public static String print(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.isNegative() || duration.toNanosPart() % 1_000_000 != 0) {
            return duration.toString();
        }
        StringBuilder out = new StringBuilder();
        append(out, duration.toDaysPart(), "d");
        append(out, duration.toHoursPart(), "h");
        append(out, duration.toMinutesPart(), "m");
        append(out, duration.toSecondsPart(), "s");
        append(out, duration.toMillisPart(), "ms");
        return out.toString();
    }

    /** The same to the millisecond, for what is left of a time. */
    static String about(Duration duration) {
        return print(Duration.ofMillis((duration.toNanos() + 500_000) / 1_000_000));
    }

    private static void append(StringBuilder out, long number, String unit) {
        if (number != 0) {
            out.append(number).append(unit);
        }
    }
}
