package dev.plugbay.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Moments as people read them: in their own time zone. */
final class Times {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private Times() {}

    static String local(String instant) {
        return format(instant, LOCAL);
    }

    static String clock(String instant) {
        return format(instant, CLOCK);
    }

    private static String format(String instant, DateTimeFormatter formatter) {
        try {
            return formatter.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
        } catch (DateTimeParseException e) {
            return instant;
        }
    }
}
