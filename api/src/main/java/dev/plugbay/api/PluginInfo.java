package dev.plugbay.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the main class of a plugin; there is one in a module. The annotation processor turns it into the manifest. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface PluginInfo {
    /** The id: {@code [a-z][a-z0-9]*([.-][a-z0-9]+)*}, at most 63 characters. */
    String id();

    /** A name for people; the id when empty. */
    String name() default "";

    /** The semantic version; when empty it comes from the build, as {@code -Aplugbay.version=1.2.3}. */
    String version() default "";

    /** What it is for, in a sentence. */
    String description() default "";

    /** Who made it. */
    String author() default "";

    /** An SPDX license expression. */
    String license() default "";

    /** A web page. */
    String homepage() default "";

    /** The configuration: a record, see {@link ConfigValue}. */
    Class<? extends Record> config() default NoConfig.class;

    /** What it can do, as {@code id@version}, such as {@code vm.export@1.0}. */
    String[] capabilities() default {};

    /** How a new version takes over; when not said, by handover if the class has {@link Plugin#saveState} or {@link Plugin#acquire}, else by overlap. */
    ReloadMode reload() default ReloadMode.OVERLAP;

    /** Whether a change of the configuration reloads the plugin instead of calling {@link Plugin#configChanged}. */
    boolean reloadOnConfigChange() default false;

    /** How often health is asked, as {@code 30s} or {@code 5m}; the host's setting when empty. */
    String healthInterval() default "";

    /** The configuration of a plugin that has none. */
    record NoConfig() {}
}
