package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.example.Greeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plugin's classes can see, where it comes from, and that it is right in jars of every kind. */
class ClassLoadingTest {
    /** More than what is read into memory at once. */
    private static final int BIG = 3 << 20;

    @TempDir
    Path folder;

    @TempDir
    Path home;

    private static Jars asking(String id, String expression) {
        return Jars.plugin(id, "1.0.0")
                .source(Plugins.MAIN)
                .extension(
                        Greeter.class,
                        "package acme; public final class Hello implements dev.plugbay.example.Greeter {"
                                + " @Override public String greet(String name) { try { return String.valueOf("
                                + expression + "); } catch (Exception e) { return e.getClass().getSimpleName(); } } }");
    }

    private String answer(Jars plugin, String name) {
        plugin.to(folder, "asked.jar");
        try (var host = Plugins.host(folder).start()) {
            return host.extensions(Greeter.class).getFirst().extension().greet(name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "java.sql.Driver, java.sql.Driver",
        "org.slf4j.Logger, org.slf4j.Logger",
        "dev.plugbay.api.Plugin, dev.plugbay.api.Plugin",
        "dev.plugbay.example.Greeter, dev.plugbay.example.Greeter",
        "dev.plugbay.example.Reach, dev.plugbay.example.Reach",
        "dev.plugbay.runtime.Plugbay, ClassNotFoundException",
        "org.junit.jupiter.api.Test, ClassNotFoundException",
        "org.slf4j.absent.Logger, ClassNotFoundException",
        "dev.plugbay.api.absent.Plugin, ClassNotFoundException"
    })
    void classes_come_from_the_jdk_the_exported_packages_by_exact_name_and_the_plugin_itself(
            String name, String expected) {
        assertThat(answer(asking("asked", "Class.forName(name).getName()"), name))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "acme/words.txt, true",
        "dev/plugbay/runtime/Plugbay.class, false",
        "META-INF/services/org.junit.platform.engine.TestEngine, false",
        "dev/plugbay/api/Plugin.class, true",
        "java/lang/Object.class, true"
    })
    void resources_come_from_where_classes_do(String name, boolean seen) {
        Jars plugin = asking("asked", "Hello.class.getClassLoader().getResource(name) != null")
                .file("acme/words.txt", "words");
        assertThat(answer(plugin, name)).isEqualTo(Boolean.toString(seen));
    }

    @Test
    void service_files_are_the_plugins_own() {
        Jars plugin = asking(
                        "asked",
                        "java.util.ServiceLoader.load(Runnable.class, Hello.class.getClassLoader()).stream()"
                                + ".map(one -> one.type().getName()).toList()")
                .source("package acme; public final class Runs implements Runnable { @Override public void run() {} }")
                .file("META-INF/services/java.lang.Runnable", "acme.Runs\n");
        assertThat(answer(plugin, "")).isEqualTo("[acme.Runs]");
    }

    @Test
    void two_plugins_have_a_class_of_the_same_name_each_its_own() {
        for (String id : new String[] {"one", "two"}) {
            asking(id, "acme.Library.name()")
                    .source("package acme; public final class Library {"
                            + " static int calls; public static String name() { return \"" + id
                            + "\" + ++calls; } }")
                    .to(folder);
        }
        try (var host = Plugins.host(folder).start()) {
            assertThat(host.extension(Greeter.class, "one").greet("")).isEqualTo("one1");
            assertThat(host.extension(Greeter.class, "two").greet("")).isEqualTo("two1");
            assertThat(host.extension(Greeter.class, "one").greet("")).isEqualTo("one2");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_multi_release_jar_gives_what_is_for_this_java(boolean big) {
        byte[] newer = Objects.requireNonNull(Jars.plugin("x", "1.0.0")
                .source("package acme; public final class Which { public static String name() { return \"newer\"; } }")
                .classes()
                .get("acme/Which.class"));
        Jars plugin = asking(
                        "asked",
                        "acme.Which.name() + new String(Hello.class.getResourceAsStream(\"which.txt\").readAllBytes())")
                .source("package acme; public final class Which { public static String name() { return \"base\"; } }")
                .file("acme/which.txt", "/base")
                .file("META-INF/versions/9/acme/which.txt", "/newer")
                .file("META-INF/versions/" + Runtime.version().feature() + "/acme/Which.class", newer)
                .file("META-INF/versions/" + (Runtime.version().feature() + 1) + "/acme/which.txt", "/future");
        if (big) {
            plugin.file("acme/noise", noise());
        }
        assertThat(answer(plugin, "")).isEqualTo("base/base");
        assertThat(answer(
                        plugin.file("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nMulti-Release: true\r\n\r\n"),
                        ""))
                .isEqualTo("newer/newer");
    }

    @Test
    void a_big_jar_that_was_dropped_serves_on_when_its_file_is_overwritten_and_goes_with_its_generation()
            throws Exception {
        Path jar = asking("big", "acme.Late.name() + Hello.class.getResourceAsStream(\"noise\").readAllBytes().length")
                .source("package acme; public final class Late { public static String name() { return \"late\"; } }")
                .file("acme/noise", noise())
                .to(folder, "big.jar");
        try (var host = Plugins.host(folder).home(home).hotReload(false).start()) {
            Files.write(jar, new byte[100]);
            assertThat(host.extension(Greeter.class, "big").greet("")).isEqualTo("late" + BIG);
            assertThat(openFiles()).anyMatch(name -> name.startsWith(home.resolve("artifacts") + "/"));
            host.unload("big");
            await().untilAsserted(() ->
                    assertThat(openFiles()).noneMatch(name -> name.startsWith(home.resolve("artifacts") + "/")));
        }
    }

    @Test
    void code_source_and_package_information_are_those_of_the_jar() {
        Jars plugin = asking(
                        "asked",
                        "Hello.class.getPackage().getImplementationVersion() + ' '"
                                + " + Hello.class.getPackage().getImplementationTitle() + ' '"
                                + " + Hello.class.getProtectionDomain().getCodeSource().getLocation().getProtocol()")
                .file("META-INF/MANIFEST.MF", """
                        Manifest-Version: 1.0
                        Implementation-Version: 7.1

                        Name: acme/
                        Implementation-Title: Words

                        """);
        assertThat(answer(plugin, "")).isEqualTo("7.1 Words file");
    }

    private static byte[] noise() {
        byte[] bytes = new byte[BIG];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static List<String> openFiles() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(link -> {
                        try {
                            return Files.readSymbolicLink(link).toString();
                        } catch (IOException closedMeanwhile) {
                            return "";
                        }
                    })
                    .toList();
        }
    }
}
