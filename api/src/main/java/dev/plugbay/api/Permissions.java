package dev.plugbay.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a plugin asks for; stands beside {@link PluginInfo}. Values may refer to the configuration, as {@code ${config.folder}}. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Permissions {
    /** Services of the host: {@code storage}, {@code data}, {@code events}, {@code schedule}, {@code threads}, {@code config:write}. */
    String[] host() default {};

    /** Addresses that it connects to, as URLs or {@code host:port}. */
    String[] network() default {};

    /** Files and folders that it reads. */
    String[] read() default {};

    /** Files and folders that it writes. */
    String[] write() default {};

    /** Environment variables that it reads. */
    String[] environment() default {};

    /** Whether it starts processes. */
    boolean processes() default false;
}
