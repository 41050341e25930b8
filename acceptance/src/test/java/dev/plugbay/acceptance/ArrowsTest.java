package dev.plugbay.acceptance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between the modules point one way. */
class ArrowsTest {
    private static final String API = "dev.plugbay.api";
    private static final String CLOUD = "dev.plugbay.cloud";
    private static final String RUNTIME = "dev.plugbay.runtime";

    private static final JavaClasses OURS = ours();

    private static JavaClasses ours() {
        List<Location> locations = new ArrayList<>(Locations.ofPackage("dev.plugbay"));
        // Plugins are on no class path.
        try (Stream<Path> plugins = Files.list(Built.bundledPlugins())) {
            for (Path plugin : plugins.toList()) {
                locations.add(Location.of(URI.create("jar:" + plugin.toUri() + "!/")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importLocations(locations);
    }

    @Test
    void the_api_depends_on_slf4j_and_jspecify_only() {
        classes()
                .that()
                .resideInAPackage(API)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(API, "java..", "org.slf4j..", "org.jspecify..")
                .check(OURS);
    }

    @Test
    void the_cloud_api_depends_on_the_api_only() {
        classes()
                .that()
                .resideInAPackage(CLOUD)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(CLOUD, API, "java..", "org.jspecify..")
                .check(OURS);
    }

    @Test
    void the_runtime_knows_no_clouds_no_http_and_no_database() {
        classes()
                .that()
                .resideInAPackage(RUNTIME)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(RUNTIME, API, "java..", "javax.management..", "org.slf4j..", "org.jspecify..")
                .check(OURS);
    }

    @Test
    void the_command_line_talks_to_rest_only() {
        noClasses()
                .that()
                .resideInAPackage("dev.plugbay.cli")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, CLOUD, RUNTIME, "dev.plugbay.daemon..")
                .check(OURS);
    }

    @Test
    void plugins_see_api_and_cloud_only() {
        noClasses()
                .that()
                .resideInAPackage("dev.plugbay.plugins..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(RUNTIME, "dev.plugbay.daemon..", "dev.plugbay.cli..", "dev.plugbay.processor..")
                .check(OURS);
    }

    @Test
    void every_module_is_one_flat_package() {
        classes()
                .that()
                .resideInAPackage("dev.plugbay..")
                .should()
                .resideInAnyPackage(
                        API,
                        CLOUD,
                        RUNTIME,
                        "dev.plugbay.processor",
                        "dev.plugbay.daemon",
                        "dev.plugbay.cli",
                        "dev.plugbay.testkit",
                        "dev.plugbay.plugins.*")
                .check(OURS);
    }
}
