package dev.plugbay.runtime;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression of a schema, matched with an end to it: a plugin's pattern must not keep the host busy forever. */
final class TextPattern {
    private static final int MAX_STEPS = 5_000_000;

    private final Pattern pattern;

    private TextPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws PatternSyntaxException when it is none */
    static TextPattern of(String regex) {
        return new TextPattern(Pattern.compile(atTheVeryEnd(regex)));
    }

    /** In JSON Schema {@code $} is the end; Java's also stands before a line end there. */
    private static String atTheVeryEnd(String regex) {
        int backslashes = 0;
        while (backslashes + 1 < regex.length() && regex.charAt(regex.length() - 2 - backslashes) == '\\') {
            backslashes++;
        }
        return regex.endsWith("$") && backslashes % 2 == 0 ? regex.substring(0, regex.length() - 1) + "\\z" : regex;
    }

    /** Whether it is found in {@code text}; false as well when that cannot be told within reasonable time. */
    boolean isIn(String text) {
        try {
            return pattern.matcher(new Counted(text)).find();
        } catch (TooManySteps | StackOverflowError e) {
            return false;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManySteps() {
            super(null, null, false, false);
        }
    }

    private static final class Counted implements CharSequence {
        private final String text;
        private int steps;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++steps > MAX_STEPS) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
