package dev.plugbay.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this machine offers: Java, Maven, qemu-img. */
final class MachineChecks {
    private static final int JAVA_NEEDED = 25;
    private static final int MAVEN_MAJOR = 3;
    private static final int MAVEN_MINOR = 9;
    private static final int MAVEN_PATCH = 6;
    private static final long ANSWER_SECONDS = 20;
    private static final Pattern MAVEN = Pattern.compile("Apache Maven (\\d+)\\.(\\d+)\\.(\\d+)");

    private final Console console;

    MachineChecks(Console console) {
        this.console = console;
    }

    void run(Diagnosis diagnosis) {
        java(diagnosis);
        maven(diagnosis);
        onPath("qemu-img")
                .ifPresentOrElse(
                        program -> diagnosis.ok("qemu-img", program.toString()),
                        () -> diagnosis.warn(
                                "qemu-img",
                                "not installed; only needed to convert between formats",
                                "sudo apt-get install qemu-utils"));
    }

    private static void java(Diagnosis diagnosis) {
        String home = System.getProperty("java.home");
        String found = Runtime.version() + " in " + home;
        if (Runtime.version().feature() < JAVA_NEEDED) {
            diagnosis.fail("java", found, "Install a JDK " + JAVA_NEEDED + " or newer and set JAVA_HOME to it.");
        } else if (!Files.isExecutable(Path.of(home, "bin", "javac"))) {
            diagnosis.warn("java", found + ", without javac", "To build, install a whole JDK and set JAVA_HOME to it.");
        } else {
            diagnosis.ok("java", found);
        }
    }

    private void maven(Diagnosis diagnosis) {
        Optional<Path> program = onPath("mvn");
        if (program.isEmpty()) {
            diagnosis.warn("maven", "not installed; only needed to build", "sudo apt-get install maven");
            return;
        }
        Matcher version = MAVEN.matcher(output(program.get().toString(), "-v"));
        if (!version.find()) {
            diagnosis.warn("maven", program.get() + " does not say its version", "Run it by hand: mvn -v");
            return;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        int patch = Integer.parseInt(version.group(3));
        String found = major + "." + minor + "." + patch + " in " + program.get();
        boolean builds =
                major == MAVEN_MAJOR && (minor > MAVEN_MINOR || (minor == MAVEN_MINOR && patch >= MAVEN_PATCH));
        diagnosis.ok("maven", builds ? found : found + "; a newer one is fetched with it");
    }

    private Optional<Path> onPath(String program) {
        for (String folder : console.variable("PATH").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty()) {
                Path path = Path.of(folder, program);
                if (Files.isRegularFile(path) && Files.isExecutable(path)) {
                    return Optional.of(path);
                }
            }
        }
        return Optional.empty();
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            // What it says is short, so it fits into the pipe while we wait.
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
