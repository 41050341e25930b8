package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Path;

/** German as the language of processes, in a folder for {@code LOCPATH}. Takes the packages {@code locales} and {@code libc-l10n}: without them the test is skipped, but fails where {@code CI} is set. */
final class German {
    static final String NAME = "de_DE.UTF-8";

    private German() {}

    /** Makes it, and sees that the system's messages are German with it. */
    static void ready(Path folder) {
        Ran made = Ran.of(
                new ProcessBuilder(
                        "localedef",
                        "-i",
                        "de_DE",
                        "-f",
                        "UTF-8",
                        folder.resolve(NAME).toString()),
                60);
        ProcessBuilder speak =
                new ProcessBuilder("cat", folder.resolve("missing").toString());
        speak.environment().put("LOCPATH", folder.toString());
        speak.environment().put("LC_ALL", NAME);
        Ran spoken = Ran.of(speak, 60);
        if (!spoken.err().contains("nicht gefunden")) {
            String reason = "the system has no German (packages locales and libc-l10n): " + made + spoken;
            assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
            abort(reason);
        }
    }
}
