package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConfigurationDocTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-zA-Z.]+)` \\| .+ \\| (.+) \\| `(PLUGBAY_[A-Z_]+)` \\|$", Pattern.MULTILINE);

    @Test
    void the_documentation_lists_exactly_the_known_keys_with_their_defaults_and_variables() throws IOException {
        String text = Files.readString(Path.of("../docs/configuration.md"));
        List<String> documented = ROW.matcher(text)
                .results()
                .map(row -> row.group(1) + " " + row.group(2).replace("`", "") + " " + row.group(3))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(Key.ALL.stream()
                        .map(key -> key.path() + " " + key.standard() + " " + key.variable())
                        .toList());
    }

    @Test
    void the_documented_defaults_are_those_in_force(@org.junit.jupiter.api.io.TempDir Path home) {
        DaemonOptions options = new DaemonOptions(
                home, java.util.OptionalInt.empty(), false, java.util.Optional.empty(), java.util.Map.of(), "/users/u");
        Settings none =
                new SettingsReader(home.resolve("plugbay.yaml"), options, new PluginFolders(options, home)).read();
        java.util.Map<String, String> all = new java.util.HashMap<>();
        for (Key key : Key.ALL) {
            Matcher list = Pattern.compile("\\[\\]|see below").matcher(key.standard());
            if (!list.matches()) {
                all.put(key.variable(), key.standard());
            }
        }
        DaemonOptions explicit = new DaemonOptions(
                home, java.util.OptionalInt.empty(), false, java.util.Optional.empty(), all, "/users/u");
        assertThat(new SettingsReader(home.resolve("plugbay.yaml"), explicit, new PluginFolders(explicit, home)).read())
                .isEqualTo(none);
    }
}
