package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.ExtensionHandle;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.PluginStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The instances that offer virtual machines at this moment, by name. */
final class Providers {
    private final PluginHost host;

    Providers(PluginHost host) {
        this.host = host;
    }

    /** All of them, ordered by instance. */
    List<Provider> all() {
        return List.copyOf(byInstance());
    }

    /** One of them, if it runs. */
    Optional<Provider> find(String instance) {
        return all().stream()
                .filter(provider -> provider.instance().equals(instance))
                .findFirst();
    }

    /**
     * One of them.
     *
     * @throws PlugbayException {@link ErrorCode#NOT_FOUND} with the reason and what is near
     */
    Provider get(String instance) {
        return find(instance).orElseThrow(() -> absent(instance));
    }

    private Collection<Provider> byInstance() {
        SortedMap<String, Provider> found = new TreeMap<>();
        for (ExtensionHandle<VmProvider> handle : host.extensions(VmProvider.class)) {
            // An instance with several is known by its first one, as PluginHost.extension has it.
            found.putIfAbsent(
                    handle.instance(),
                    new Provider(handle.instance(), handle.plugin(), handle.properties(), handle.extension()));
        }
        return found.values();
    }

    private PlugbayException absent(String instance) {
        Optional<PluginStatus.InstanceStatus> known = host.plugins().stream()
                .flatMap(plugin -> plugin.instances().stream())
                .filter(one -> one.name().equals(instance))
                .findFirst();
        PlugbayException.Builder failure;
        if (known.isPresent()) {
            failure = PlugbayException.of(
                            ErrorCode.NOT_FOUND,
                            (known.get().plugin().equals(instance) ? "Plugin " : "Instance ") + instance
                                    + " offers no virtual machines now; it is "
                                    + known.get().state() + ".")
                    .plugin(known.get().plugin())
                    .instance(instance)
                    .remedy("GET /api/v1/plugins/" + known.get().plugin() + " says why.");
        } else {
            List<String> near =
                    Nearest.of(instance, all().stream().map(Provider::instance).toList());
            failure = PlugbayException.of(ErrorCode.NOT_FOUND, "There is no provider " + instance + ".")
                    .remedy(
                            near.isEmpty()
                                    ? "GET /api/v1/providers lists them."
                                    : "Did you mean " + String.join(" or ", near) + "?");
        }
        return failure.build();
    }
}
