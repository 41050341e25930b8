package dev.plugbay.runtime;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares values as JSON does: {@code 3}, {@code 3.0} and {@code 3e0} are one number. */
final class Numbers {
    private Numbers() {}

    static boolean isFinite(Number number) {
        boolean binary = number instanceof Double || number instanceof Float;
        return !binary || Double.isFinite(number.doubleValue());
    }

    static BigDecimal exact(Number number) {
        return new BigDecimal(number.toString());
    }

    static boolean isWhole(Number number) {
        return isFinite(number) && exact(number).stripTrailingZeros().scale() <= 0;
    }

    /** The value in a form whose {@code equals} is JSON's. */
    @SuppressWarnings("NullAway") // null is a value of such trees
    static @Nullable Object comparable(@Nullable Object value) {
        return switch (value) {
            case Number number when isFinite(number) -> exact(number).stripTrailingZeros();
            case List<?> list -> list.stream().map(Numbers::comparable).toList();
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> same = new LinkedHashMap<>();
                map.forEach((key, item) -> same.put(key, comparable(item)));
                yield same;
            }
            case null, default -> value;
        };
    }
}
