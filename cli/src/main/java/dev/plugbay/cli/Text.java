package dev.plugbay.cli;

import java.time.Duration;
import java.util.Locale;

/** Words and numbers as a terminal shows them. */
final class Text {
    private Text() {}

    /**
     * A text from elsewhere without anything that could steer a terminal or turn the reading direction: each such
     * character becomes a visible escape.
     */
    static String clean(String text) {
        if (text.codePoints().noneMatch(Text::steers)) {
            return text;
        }
        StringBuilder cleaned = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (!steers(point)) {
                cleaned.appendCodePoint(point);
            } else if (point == '\n') {
                cleaned.append("\\n");
            } else if (point == '\t') {
                cleaned.append("\\t");
            } else {
                cleaned.append(String.format(Locale.ROOT, "\\u%04x", point));
            }
        });
        return cleaned.toString();
    }

    private static boolean steers(int point) {
        return Character.isISOControl(point)
                || point == 0x2028
                || point == 0x2029
                || point == 0x200e
                || point == 0x200f
                || point == 0x061c
                || (point >= 0x202a && point <= 0x202e)
                || (point >= 0x2066 && point <= 0x2069)
                || (point >= 0xd800 && point <= 0xdfff);
    }

    /** How many cells a text takes on a terminal. */
    static int width(String text) {
        return text.codePoints().map(Text::width).sum();
    }

    private static int width(int point) {
        if (point < 0x300) {
            return 1;
        }
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean wide = (point >= 0x1100 && point <= 0x115f)
                || (point >= 0x2e80 && point <= 0x303e)
                || (point >= 0x3041 && point <= 0xa4cf)
                || (point >= 0xa960 && point <= 0xa97f)
                || (point >= 0xac00 && point <= 0xd7a3)
                || (point >= 0xf900 && point <= 0xfaff)
                || (point >= 0xfe30 && point <= 0xfe6f)
                || (point >= 0xff00 && point <= 0xff60)
                || (point >= 0xffe0 && point <= 0xffe6)
                || (point >= 0x1f300 && point <= 0x1f64f)
                || (point >= 0x1f680 && point <= 0x1faff)
                || (point >= 0x20000 && point <= 0x3fffd);
        return wide ? 2 : 1;
    }

    /** A text of at most so many cells; what is cut off is marked. */
    static String cut(String text, int cells) {
        if (width(text) <= cells) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (used + width(point) > cells - 1) {
                break;
            }
            used += width(point);
            kept.appendCodePoint(point);
            i += Character.charCount(point);
        }
        return kept.append('…').toString();
    }

    /** A number of bytes for people, such as {@code 1.5 GiB}. */
    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        String units = "KMGTPE";
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        String number = value >= 100 || Math.abs(value - Math.rint(value)) < 0.05
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
        return number + " " + units.charAt(unit) + "iB";
    }

    /** A length of time for people, such as {@code 350 ms}, {@code 4.2 s} or {@code 3 min 20 s}. */
    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = duration.toSeconds();
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }
}
