package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Projects outside of this build, made by following the guides to the letter. */
class GuidesTest {
    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void a_program_embeds_the_runtime_and_its_plugin_is_replaced_while_it_runs() throws Exception {
        OutsideMaven maven = new OutsideMaven(plugbay.folder("repository"));
        Path host = plugbay.folder("greeting-host");
        Path polite = plugbay.folder("polite");
        Guide.read("embed").write("", host);
        Guide.read("write-a-plugin").without("counting/").write("", polite);
        maven.run(host, "install");
        maven.run(polite, "package");
        Path plugins = plugbay.folder("greeting-host/plugins");
        Path jar = plugins.resolve("polite.jar");
        Files.copy(polite.resolve("target/polite.jar"), jar);

        Path output = plugbay.work().resolve("greetings");
        List<String> command = List.of(
                Built.java().toString(),
                "-cp",
                host.resolve("target/classes") + ":" + maven.runtimeClassPath(),
                "com.example.host.Main",
                plugins.toString());
        try (Background program = Background.start(Daemon.process(command), output)) {
            program.awaitOutput("Good day, you!");
            String before = program.output();

            Path config = polite.resolve("src/main/java/com/example/polite/PoliteConfig.java");
            Files.writeString(config, Files.readString(config).replace("Good day", "Hail"));
            Path pom = polite.resolve("pom.xml");
            version(pom, "1.1.0");
            maven.run(polite, "package");
            Files.write(jar, Files.readAllBytes(polite.resolve("target/polite.jar")));
            program.awaitOutput("Hail, you!");

            Guide.read("write-a-plugin").write("counting/", polite);
            version(pom, "1.2.0");
            maven.run(polite, "package");
            Files.write(jar, Files.readAllBytes(polite.resolve("target/polite.jar")));
            program.awaitOutput("(greeting 2)");
            Path greeter = polite.resolve("src/main/java/com/example/polite/PoliteGreeter.java");
            Files.writeString(greeter, Files.readString(greeter).replace("(greeting ", "(number "));
            version(pom, "1.3.0");
            maven.run(polite, "package");
            Files.write(jar, Files.readAllBytes(polite.resolve("target/polite.jar")));
            program.awaitOutput("(number ");
            List<Integer> greetings = greetings(program.output());
            assertThat(greetings)
                    .as("the count went on over a reload")
                    .isEqualTo(java.util.stream.IntStream.rangeClosed(1, greetings.size())
                            .boxed()
                            .toList());

            assertThat(program.isAlive()).isTrue();
            assertThat(program.output())
                    .startsWith(before)
                    .doesNotContain("Exception")
                    .doesNotContain("\tat ");
        }
    }

    private static void version(Path pom, String version) throws IOException {
        Files.writeString(
                pom,
                Files.readString(pom)
                        .replaceFirst("<version>1[.]\\d[.]0</version>\n\n", "<version>" + version + "</version>\n\n"));
    }

    private static List<Integer> greetings(String output) {
        return java.util.regex.Pattern.compile("\\((?:greeting|number) (\\d+)\\)")
                .matcher(output)
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .toList();
    }

    @Test
    void a_provider_made_by_the_guide_passes_its_test_and_serves_in_the_ready_made_host() throws Exception {
        OutsideMaven maven = new OutsideMaven(plugbay.folder("repository"));
        Path shelf = plugbay.folder("shelf");
        Guide.read("write-a-provider").write("shelf/", shelf);
        maven.run(shelf, "package");
        assertThat(shelf.resolve("target/surefire-reports/TEST-com.example.shelf.ShelfProviderTest.xml"))
                .content()
                .contains("tests=\"1\"", "failures=\"0\"");
        plugbay.configureForSpeed();
        Path images = plugbay.folder("pictures");
        Files.write(images.resolve("web.img"), new byte[1 << 20]);

        plugbay.up();
        Files.copy(shelf.resolve("target/shelf.jar"), plugbay.drop().resolve("shelf.jar"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> plugbay.cli("plugins", "show", "shelf").out().contains("InvalidConfig"));
        plugbay.cli("config", "set", "shelf", "folder=" + images).succeeded();
        assertThat(plugbay.cli("vms").succeeded().out()).contains("shelf", "web");
        plugbay.cli("export", "shelf/web", "--to", "out").succeeded();
        Ran.of(
                        new ProcessBuilder("sha256sum", "-c", "SHA256SUMS")
                                .directory(plugbay.work().resolve("out/web").toFile()),
                        60)
                .succeeded();
    }
}
