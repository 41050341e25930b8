package dev.plugbay.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a plugin needs; stands beside {@link PluginInfo}. The APIs that it compiles against are found by the processor and
 * need not be named.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Requires {
    /** A range of Java versions, such as {@code >=25}; empty for that of the build. */
    String java() default "";

    /** APIs with ranges, as {@code plugbay-cloud@^1.0}; overrides what the processor finds. */
    String[] apis() default {};

    /** Plugins with ranges, as {@code qemu-tools@>=1.2 <2}. */
    String[] plugins() default {};

    /** Operating systems, such as {@code linux}; empty for any. */
    String[] os() default {};

    /** Processor architectures, such as {@code x86_64}; empty for any. */
    String[] arch() default {};
}
