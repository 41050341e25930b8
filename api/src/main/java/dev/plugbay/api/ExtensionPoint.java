package dev.plugbay.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a public interface that plugins implement and hosts call.
 *
 * <p>In a value point (the default) only values cross: primitives, {@code String}, {@code byte[]}, {@code Path}, {@code Instant}, {@code Duration}, enums, records,
 * sealed interfaces of records, {@code Optional} (results and record components), {@code List}, {@code Set}, {@code Map<String, T>}, {@code InputStream}, {@code OutputStream},
 * and one listener interface as last parameter. The processor checks the signatures.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ExtensionPoint {
    /** Whether the point works in-process only; then interfaces that it returns become child handles. */
    boolean local() default false;
}
