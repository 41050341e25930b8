package dev.plugbay.plugins.images;

import dev.plugbay.api.Extension;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.Cursors;
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
import dev.plugbay.plugins.qemu.QemuImg;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Images as machines that are stopped. */
@Extension
public final class ImagesProvider implements VmProvider {
    private final ImagesPlugin plugin;

    ImagesProvider(ImagesPlugin plugin) {
        this.plugin = plugin;
    }

    @Override
    public Validation validate() {
        Optional<String> problem = plugin.folder().problem();
        if (problem.isPresent()) {
            return Validation.failed(problem.get());
        }
        return plugin.qemuImg().isPresent()
                ? Validation.passed()
                : Validation.passed(
                        "qemu-img is not installed: images are exported in their own format only; " + QemuImg.REMEDY);
    }

    @Override
    public VmPage list(VmFilter filter, Page page) {
        return page(filter::matches, page);
    }

    @Override
    public VmPage search(String text, Page page) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return page(
                vm -> vm.id().toLowerCase(Locale.ROOT).contains(wanted)
                        || vm.name().toLowerCase(Locale.ROOT).contains(wanted),
                page);
    }

    /** Reads headers only of images up to the end of the page. */
    private VmPage page(Predicate<VmInfo> wanted, Page page) {
        ImageFolder folder = plugin.folder();
        Optional<String> after = page.cursor().map(Cursors::id);
        List<VmInfo> found = new ArrayList<>();
        for (ImageFile image : folder.images()) {
            if (after.isPresent() && image.id().compareTo(after.get()) <= 0) {
                continue;
            }
            Optional<VmInfo> vm = ImageMachine.describe(image, folder.path()).filter(wanted);
            if (vm.isPresent() && found.size() == page.limit()) {
                return VmPage.builder(found)
                        .next(Cursors.after(found.getLast().id()))
                        .build();
            }
            vm.ifPresent(found::add);
        }
        return VmPage.last(found);
    }

    @Override
    public Optional<VmInfo> get(String id) {
        ImageFolder folder = plugin.folder();
        return folder.find(id).flatMap(image -> ImageMachine.describe(image, folder.path()));
    }

    @Override
    public ProviderCapabilities capabilities() {
        return ProviderCapabilities.builder()
                .exportFormats(List.of(ImageHeader.RAW, ImageHeader.QCOW2))
                .compressions(
                        plugin.qemuImg().isPresent()
                                ? Set.of(Compression.GZIP, Compression.ZSTD)
                                : Set.of(Compression.GZIP))
                .consistencies(Set.of(Consistency.CRASH))
                .build();
    }

    @Override
    public ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
        return new ImageExport(plugin.folder(), plugin.qemuImg(), options, folder, progress).run(id);
    }
}
