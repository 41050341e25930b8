package dev.plugbay.runtime;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON (RFC 8259): nothing is guessed. A name that stands twice in an object, more than {@value #MAX_DEPTH} levels, bytes that are no UTF-8
 * and anything after the value are refused. Objects become maps in the order written, whole numbers {@code Long} or {@code BigInteger}, others {@code Double}.
 */
final class Json {
    static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER = 400;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Text that is not JSON; the message ends with line and column. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** The value that {@code utf8} holds. */
    static @Nullable Object parse(byte[] utf8) {
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new Malformed("the bytes are not UTF-8");
        }
    }

    /** The value that {@code text} holds. */
    static @Nullable Object parse(String text) {
        Json json = new Json(text);
        json.blanks();
        Object value = json.value(0);
        json.blanks();
        if (json.at < text.length()) {
            throw json.malformed("nothing may follow the value");
        }
        return value;
    }

    /** The JSON of a tree, on one line. */
    static String write(@Nullable Object tree) {
        StringBuilder out = new StringBuilder();
        write(tree, out, 0);
        return out.toString();
    }

    private @Nullable Object value(int depth) {
        if (at >= text.length()) {
            throw malformed("the text ends where a value should stand");
        }
        return switch (text.charAt(at)) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        open(depth);
        if (!closes('}')) {
            do {
                blanks();
                int start = at;
                if (at >= text.length() || text.charAt(at) != '"') {
                    throw malformed("a name in quotes is expected");
                }
                String name = string();
                blanks();
                expect(':');
                blanks();
                Object value = value(depth);
                if (members.containsKey(name)) {
                    at = start;
                    throw malformed("the name " + quoted(name) + " stands twice in one object");
                }
                members.put(name, value);
                blanks();
            } while (goesOn('}'));
        }
        return Trees.object(members);
    }

    @SuppressWarnings("NullAway") // null is a value of such trees
    private List<Object> array(int depth) {
        List<Object> items = new ArrayList<>();
        open(depth);
        if (!closes(']')) {
            do {
                blanks();
                items.add(value(depth));
                blanks();
            } while (goesOn(']'));
        }
        return items;
    }

    private void open(int depth) {
        if (depth > MAX_DEPTH) {
            throw malformed("more than " + MAX_DEPTH + " levels");
        }
        at++;
    }

    private boolean closes(char bracket) {
        blanks();
        if (at < text.length() && text.charAt(at) == bracket) {
            at++;
            return true;
        }
        return false;
    }

    private boolean goesOn(char bracket) {
        if (at < text.length() && text.charAt(at) == ',') {
            at++;
            return true;
        }
        expect(bracket);
        return false;
    }

    private void expect(char wanted) {
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw malformed("'" + wanted + "' is expected");
        }
        at++;
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw malformed("no value begins like this");
        }
        at += word.length();
        return value;
    }

    private String string() {
        int open = at++;
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return out.toString();
            }
            if (c < 0x20) {
                throw malformed("a control character must be escaped in text");
            }
            at++;
            out.append(c == '\\' ? escape() : c);
        }
        at = open;
        throw malformed("the text that begins here has no end");
    }

    private char escape() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw malformed("no such escape");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw malformed("four hexadecimal digits are expected");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private Object number() {
        int start = at;
        skip('-');
        if (!skip('0') && digits() == 0) {
            at = start;
            throw malformed("no value begins like this");
        }
        boolean whole = true;
        if (skip('.')) {
            whole = false;
            someDigits();
        }
        if (skip('e') || skip('E')) {
            whole = false;
            if (!skip('+')) {
                skip('-');
            }
            someDigits();
        }
        String digits = text.substring(start, at);
        if (digits.length() > MAX_NUMBER) {
            at = start;
            throw malformed("a number of more than " + MAX_NUMBER + " characters");
        }
        if (!whole) {
            double value = Double.parseDouble(digits);
            if (Double.isInfinite(value)) {
                at = start;
                throw malformed("a number that is too large");
            }
            return value;
        }
        return digits.length() <= 18 ? (Object) Long.valueOf(digits) : narrow(new BigInteger(digits));
    }

    private static Object narrow(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private boolean skip(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private int digits() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at - start;
    }

    private void someDigits() {
        if (digits() == 0) {
            throw malformed("a digit is expected");
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private Malformed malformed(String why) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < Math.min(at, text.length()); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new Malformed(why + ", at line " + line + ":" + (at - lineStart + 1));
    }

    private static void write(@Nullable Object value, StringBuilder out, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("more than " + MAX_DEPTH + " levels");
        }
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(separator)
                            .append(quoted(String.valueOf(entry.getKey())))
                            .append(':');
                    write(entry.getValue(), out, depth + 1);
                    separator = ",";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case Iterable<?> list -> {
                String separator = "";
                out.append('[');
                for (Object item : list) {
                    out.append(separator);
                    write(item, out, depth + 1);
                    separator = ",";
                }
                out.append(']');
            }
            case Double number
            when !Double.isFinite(number) -> throw new IllegalArgumentException("JSON has no " + number);
            case Float number
            when !Float.isFinite(number) -> throw new IllegalArgumentException("JSON has no " + number);
            case BigDecimal number -> out.append(number);
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> out.append(quoted(value.toString()));
        }
    }

    /** {@code text} as JSON text, safe to show on one line. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Character.isISOControl(c)
                            || Character.getType(c) == Character.FORMAT
                            || Character.getType(c) == Character.LINE_SEPARATOR
                            || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                            || loneSurrogate(text, i)) {
                        out.append("\\u")
                                .append(Character.forDigit(c >> 12, 16))
                                .append(Character.forDigit(c >> 8 & 15, 16))
                                .append(Character.forDigit(c >> 4 & 15, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static boolean loneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
