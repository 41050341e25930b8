package dev.plugbay.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class that implements extension points. Its constructor takes the plugin's main class, the {@link PluginContext},
 * both in either order, or nothing.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Extension {
    /** The extension points; when empty, every {@link ExtensionPoint} interface that the class implements. */
    Class<?>[] point() default {};

    /** A name that tells several extensions of one point apart; empty for the only one. */
    String name() default "";

    /** The position among all extensions of the point; lower comes first. */
    int order() default 0;

    /** Properties as {@code key=value}; a key that stands more than once makes a list. */
    String[] properties() default {};
}
