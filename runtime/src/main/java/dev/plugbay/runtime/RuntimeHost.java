package dev.plugbay.runtime;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class RuntimeHost {
    private RuntimeHost() {}

    @SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
    static PluginHost start(
            HostSettings settings,
            List<Class<?>> apis,
            @Nullable Path home,
            @Nullable HostStore store,
            ConfigValidator validator,
            Clock clock) {
        throw new UnsupportedOperationException();
    }
}
