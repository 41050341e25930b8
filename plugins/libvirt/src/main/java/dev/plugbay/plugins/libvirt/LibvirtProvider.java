package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.Extension;
import dev.plugbay.api.Health;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.cloud.Validation;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.cloud.VmProvider;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The domains of the connection as machines. */
@Extension
public final class LibvirtProvider implements VmProvider {
    private final LibvirtPlugin plugin;

    LibvirtProvider(LibvirtPlugin plugin) {
        this.plugin = plugin;
    }

    @Override
    public Validation validate() {
        try {
            boolean none =
                    plugin.machines().page(vm -> true, Page.first(1)).items().isEmpty();
            Health health = plugin.health();
            if (health.level() != Health.Level.HEALTHY) {
                return Validation.failed(health.reasons().getFirst());
            }
            return none ? Validation.passed("it has no machines") : Validation.passed();
        } catch (PluginException e) {
            return Validation.failed(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public VmPage list(VmFilter filter, Page page) {
        return plugin.machines().page(filter::matches, page);
    }

    @Override
    public VmPage search(String text, Page page) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return plugin.machines()
                .page(
                        vm -> said(vm).anyMatch(
                                        said -> said.toLowerCase(Locale.ROOT).contains(wanted)),
                        page);
    }

    private static Stream<String> said(VmInfo vm) {
        return Stream.of(
                        Stream.of(vm.id(), vm.name()),
                        vm.tags().entrySet().stream().flatMap(tag -> Stream.of(tag.getKey(), tag.getValue())),
                        vm.ipAddresses().stream())
                .flatMap(texts -> texts);
    }

    @Override
    public Optional<VmInfo> get(String id) {
        return plugin.machines().get(id);
    }

    @Override
    public ProviderCapabilities capabilities() {
        return plugin.exports().capabilities();
    }

    @Override
    public ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
        return plugin.exports().export(id, options, folder, progress);
    }
}
