package dev.plugbay.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a component of a configuration record. A component without default that is neither {@code Optional} nor a list,
 * set or map is required. Types: {@code String}, {@code boolean}, {@code int}, {@code long}, {@code double}, enums, {@code Path}, {@code URI}, {@code Duration} (as {@code 30s}),
 * records, {@code Optional}, {@code List}, {@code Set} and {@code Map<String, T>}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface ConfigValue {
    /** What it is, in a sentence. */
    String description() default "";

    /** The default, as text; for lists and records as JSON. Empty for none. */
    String defaultValue() default "";

    /** Whether it is a secret: masked wherever it would be shown ({@code writeOnly} in the schema). */
    boolean secret() default false;

    /** The smallest number allowed, or fewest characters of a text; {@link Long#MIN_VALUE} for no bound. */
    long min() default Long.MIN_VALUE;

    /** The largest number allowed, or most characters of a text; {@link Long#MAX_VALUE} for no bound. */
    long max() default Long.MAX_VALUE;

    /** A regular expression for the whole text; empty for none. */
    String pattern() default "";
}
