package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** docs/cli.md lists each command with each of its options, and nothing that does not exist. */
class CliReferenceTest {
    private static final Path REFERENCE = Path.of("..", "docs", "cli.md");

    @Test
    void the_reference_lists_each_command_and_option() throws IOException {
        String text = Files.readString(REFERENCE);
        List<String> expected = lines();

        for (String line : expected) {
            assertThat(text).as("docs/cli.md lacks this line").contains(line + "\n");
        }
        assertThat(expected)
                .as("docs/cli.md lists what does not exist")
                .containsAll(text.lines()
                        .filter(line -> line.startsWith("| `plugbay"))
                        .toList());
    }

    /** The rows of the reference: each command with its parameters and options, and what it does. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>();
        CommandLine root = new Cli(Console.ofProcess()).model();
        root.getSubcommands().forEach((name, command) -> add(lines, "plugbay " + name, command));
        return lines;
    }

    private static void add(List<String> lines, String words, CommandLine command) {
        StringBuilder row = new StringBuilder("| `").append(words);
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            boolean optional = parameter.arity().min() == 0;
            row.append(optional ? " [" : " ").append(parameter.paramLabel()).append(optional ? "]" : "");
            row.append(
                    parameter.arity().max() > 1
                                    || parameter.index().max()
                                            > parameter.index().min()
                            ? "..."
                            : "");
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.inherited()) {
                String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
                String given = String.join("\\|", option.names()) + value;
                row.append(option.required() ? " " + given : " [" + given + "]");
            }
        }
        String description =
                String.join(" ", command.getCommandSpec().usageMessage().description());
        lines.add(row.append("` | ")
                .append(description.replace("|", "\\|"))
                .append(" |")
                .toString());
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            add(lines, words + " " + sub.getKey(), sub.getValue());
        }
    }
}
