package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.List;

/** The isolations that a host offers; the operator chooses per plugin. Immutable. */
record Isolations(List<Isolation> offered) {
    Isolations {
        offered = List.copyOf(offered);
    }

    /** The name of the isolation that the operator wants for a plugin. */
    static String wanted(String plugin, HostSettings settings) {
        PluginSettings set = settings.plugins().get(plugin);
        return set == null ? Isolation.InProcess.NAME : set.isolation().orElse(Isolation.InProcess.NAME);
    }

    /** The isolation that the operator wants for a plugin; {@link ErrorCode#UNSUPPORTED} when the host does not offer it. */
    Isolation of(String plugin, HostSettings settings) {
        String wanted = wanted(plugin, settings);
        return offered.stream()
                .filter(isolation -> isolation.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> PlugbayException.of(
                                ErrorCode.UNSUPPORTED,
                                plugin + " is to run in isolation \"" + wanted + "\", which this host does not offer.")
                        .plugin(plugin)
                        .remedy("Use one of: "
                                + String.join(
                                        ", ",
                                        offered.stream().map(Isolation::name).toList()) + ".")
                        .build());
    }
}
