package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Extension;
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
import java.util.List;
import java.util.Optional;

/** The domains of the connection as machines. */
@Extension
public final class LibvirtProvider implements VmProvider {
    private final LibvirtPlugin plugin;

    LibvirtProvider(LibvirtPlugin plugin) {
        this.plugin = plugin;
    }

    @Override
    public Validation validate() {
        return Validation.failed(plugin.health().reasons().getFirst());
    }

    @Override
    public VmPage list(VmFilter filter, Page page) {
        return VmPage.last(List.of());
    }

    @Override
    public Optional<VmInfo> get(String id) {
        return Optional.empty();
    }

    @Override
    public VmPage search(String text, Page page) {
        return VmPage.last(List.of());
    }

    @Override
    public ProviderCapabilities capabilities() {
        return ProviderCapabilities.builder().build();
    }

    @Override
    public ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
        throw new PluginException(ErrorCode.NOT_FOUND, "there is no machine \"" + id + "\"");
    }
}
