package dev.plugbay.testkit;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.cloud.Validation;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.cloud.VmProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Machines in memory that differ in every field, and a provider that keeps its contract but for one flaw. */
final class ModelProvider implements VmProvider {
    private static final List<VmInfo> MACHINES = List.of(
            vm("a b", "alpha", PowerState.RUNNING, "north", "small", "Debian 12", "192.0.2.1", Map.of("team", "web")),
            vm("a%20c", "alpha", PowerState.STOPPED, "north", "large", "Debian 13", "192.0.2.2", Map.of("team", "db")),
            vm("x/1", "beta", PowerState.PAUSED, "south", "small", "Windows", "192.0.2.3", Map.of("env", "test")),
            vm("x/2", "Gamma", PowerState.STOPPED, "south", "large", "Windows", "192.0.2.4", Map.of("env", "")),
            vm("y", "delta-\u00e4", PowerState.UNKNOWN, "east", "small", "BSD", "2001:db8::1", Map.of()));

    private final Flaw flaw;
    private final AtomicInteger source = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    ModelProvider(Flaw flaw) {
        this.flaw = flaw;
    }

    private static VmInfo vm(
            String id,
            String name,
            PowerState state,
            String location,
            String type,
            String guest,
            String address,
            Map<String, String> tags) {
        return VmInfo.builder(id, name)
                .powerState(state)
                .location(location)
                .type(type)
                .guestOs(guest)
                .ipAddresses(List.of(address))
                .tags(tags)
                .build();
    }

    static Set<String> ids() {
        return Set.of("a b", "a%20c", "x/1", "x/2", "y");
    }

    int source() {
        return source.get();
    }

    private boolean has(Flaw other) {
        return flaw == other;
    }

    @Override
    public Validation validate() {
        return Validation.passed();
    }

    @Override
    public ProviderCapabilities capabilities() {
        return ProviderCapabilities.builder().exportFormats(List.of("raw")).build();
    }

    @Override
    public VmPage list(VmFilter filter, Page page) {
        VmFilter used = filter(filter);
        if (has(Flaw.JOINS_BY_OR)
                && filter.location().isPresent()
                && filter.name().isPresent()) {
            return page(
                    vm -> VmFilter.builder().name(filter.name().get()).build().matches(vm), page);
        }
        if (has(Flaw.MINDS_CASE_OF_NAME)
                && filter.name().isPresent()
                && !filter.name().get().contains("*")) {
            return page(vm -> used.matches(vm) && vm.name().equals(filter.name().get()), page);
        }
        return page(used::matches, page);
    }

    private VmFilter filter(VmFilter filter) {
        return new VmFilter(
                has(Flaw.IGNORES_NAME) ? Optional.empty() : filter.name(),
                has(Flaw.IGNORES_POWER_STATE) ? Set.of() : filter.powerStates(),
                has(Flaw.IGNORES_LOCATION) ? Optional.empty() : filter.location(),
                has(Flaw.IGNORES_TYPE) ? Optional.empty() : filter.type(),
                has(Flaw.IGNORES_GUEST) ? Optional.empty() : filter.guestOs(),
                has(Flaw.IGNORES_ADDRESS) ? Optional.empty() : filter.ipAddress(),
                has(Flaw.IGNORES_TAGS) ? Map.of() : tags(filter.tags()));
    }

    private Map<String, String> tags(Map<String, String> tags) {
        if (!has(Flaw.IGNORES_TAG_VALUES)) {
            return tags;
        }
        Map<String, String> names = new java.util.HashMap<>();
        tags.keySet().forEach(name -> names.put(name, ""));
        return names;
    }

    @Override
    public VmPage search(String text, Page page) {
        String wanted = text.toLowerCase(Locale.ROOT);
        return page(
                vm -> (has(Flaw.SEARCHES_NAMES_ONLY)
                                ? vm.name()
                                : vm.id() + "\n" + vm.name() + "\n" + vm.tags().keySet()
                                        + vm.tags().values() + vm.ipAddresses())
                        .toLowerCase(Locale.ROOT)
                        .contains(wanted),
                page);
    }

    private VmPage page(Predicate<VmInfo> wanted, Page page) {
        List<VmInfo> matching = new ArrayList<>(MACHINES);
        matching.sort(Comparator.comparing(VmInfo::id));
        matching.removeIf(wanted.negate());
        if (has(Flaw.HIDES_ONE)) {
            matching.removeIf(vm -> vm.id().equals("y"));
        }
        if (has(Flaw.UNORDERED)) {
            matching = new ArrayList<>(matching.reversed());
        }
        int from = page.cursor().map(this::position).orElse(0);
        if (has(Flaw.CURSOR_MOVES) && from > 0) {
            from = Math.min(matching.size(), from + calls.getAndIncrement());
        }
        int to = Math.min(matching.size(), from + page.limit());
        VmPage.Builder part = VmPage.builder(matching.subList(Math.min(from, to), to));
        if (to < matching.size()) {
            int next =
                    has(Flaw.REPEATS_AT_PAGES) && page.limit() > 1 ? to - 1 : has(Flaw.FORGETS_AT_PAGES) ? to + 1 : to;
            part.next("#" + next);
        }
        return part.build();
    }

    private int position(String cursor) {
        if (cursor.matches("#\\d{1,4}")) {
            return Integer.parseInt(cursor.substring(1));
        }
        if (has(Flaw.TAKES_ANY_CURSOR)) {
            return 0;
        }
        throw new PluginException(ErrorCode.INVALID_REQUEST, "no cursor of mine");
    }

    @Override
    public Optional<VmInfo> get(String id) {
        String wanted = has(Flaw.TRIMS_IDS) ? id.strip() : has(Flaw.DECODES_IDS) ? id.replace("%20", " ") : id;
        return MACHINES.stream()
                .filter(vm -> vm.id().equals(wanted) || vm.id().equals(id))
                .findFirst()
                .map(vm -> has(Flaw.GETS_OTHER_STATE)
                        ? vm.toBuilder().powerState(PowerState.STARTING).build()
                        : vm);
    }

    @Override
    public ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
        if (get(id).isEmpty()) {
            throw new PluginException(
                    has(Flaw.UNKNOWN_IS_A_FAILED_CALL) ? ErrorCode.CALL_FAILED : ErrorCode.NOT_FOUND,
                    "no machine " + id);
        }
        refuse(!options.format().orElse("raw").equals("raw") && !has(Flaw.TAKES_ANY_FORMAT), "format");
        refuse(!options.disks().isEmpty() && !has(Flaw.TAKES_ANY_DISK), "disk");
        refuse(options.snapshots() && !has(Flaw.TAKES_SNAPSHOTS), "snapshots");
        refuse(options.compression() != dev.plugbay.cloud.Compression.NONE, "compression");
        refuse(options.consistency() != dev.plugbay.cloud.Consistency.CRASH, "consistency");
        if (has(Flaw.TOUCHES_SOURCE)) {
            source.incrementAndGet();
        }
        return new ModelExport(flaw, get(id).orElseThrow(), options, folder, progress).run();
    }

    private static void refuse(boolean refused, String what) {
        if (refused) {
            throw new PluginException(ErrorCode.UNSUPPORTED, "no such " + what);
        }
    }
}
