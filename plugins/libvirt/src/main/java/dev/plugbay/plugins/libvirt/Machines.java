package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Cursors;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmNic;
import dev.plugbay.cloud.VmPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Finds and describes machines. Each is asked for on its own, so a list of many takes no longer breath than its caller has. */
final class Machines {
    private static final int FROM_LEASES = 0;
    private static final FileSizes.Seen NOTHING = new FileSizes.Seen(Map.of(), Set.of());

    private final Connector connector;
    private final Requests requests;
    private final Optional<FileSizes> files;
    private final DiskSizes sizes;
    private final Duration patience;

    /**
     * Those of a connection.
     *
     * @param files their disks' files, if these are on this machine
     */
    Machines(Lines lines, Optional<FileSizes> files, DiskSizes sizes, Duration patience) {
        this.connector = lines.connector();
        this.requests = lines.libvirt();
        this.files = files;
        this.sizes = sizes;
        this.patience = patience;
    }

    /** One page of those that are wanted, ordered by id; machines behind its end are not looked at. */
    VmPage page(Predicate<VmInfo> wanted, Page page) {
        Optional<String> after = page.cursor().map(Cursors::id);
        List<VmInfo> found = new ArrayList<>();
        for (String id : ids()) {
            if (after.isPresent() && id.compareTo(after.get()) <= 0) {
                continue;
            }
            Optional<VmInfo> vm = get(id).filter(wanted); // it may be gone since
            if (vm.isPresent() && found.size() == page.limit()) {
                return VmPage.builder(found)
                        .next(Cursors.after(found.getLast().id()))
                        .build();
            }
            vm.ifPresent(found::add);
        }
        return VmPage.last(found);
    }

    private List<String> ids() {
        if (connector.absent()) {
            return List.of();
        }
        return requests.ask(
                "list the machines",
                patience,
                session -> session.domains().stream().map(Domain::uuid).sorted().toList());
    }

    Optional<VmInfo> get(String id) {
        if (connector.absent()) {
            return Optional.empty();
        }
        try {
            return requests.ask(
                            "describe a machine",
                            patience,
                            session -> session.find(id).map(domain -> describe(domain, session.host())))
                    .map(this::complete);
        } catch (PluginException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                return Optional.empty(); // it went while it was looked at
            }
            throw e;
        }
    }

    /** A machine as far as libvirt knows it by itself, with the sizes of its disks, where anybody tells them. */
    private VmInfo complete(VmInfo vm) {
        FileSizes.Seen seen = files.map(here -> here.of(vm.disks())).orElse(NOTHING);
        Map<String, Domain.DiskSize> known = new HashMap<>(seen.known());
        List<String> missing = vm.disks().stream()
                .map(VmDisk::id)
                .filter(id -> !known.containsKey(id) && !seen.hanging().contains(id))
                .toList();
        known.putAll(sizes.of(vm.id(), !DomainState.off(vm.powerState()), missing));
        return vm.toBuilder()
                .disks(vm.disks().stream()
                        .map(disk -> known.containsKey(disk.id())
                                ? known.get(disk.id()).on(disk)
                                : disk)
                        .toList())
                .build();
    }

    private static VmInfo describe(Domain domain, String host) {
        Machine machine = new Machine(domain.xml(0));
        Map<String, String> metadata = machine.metadata();
        metadata.put("persistent", String.valueOf(domain.persistent()));
        metadata.put("autostart", String.valueOf(domain.autostart()));
        DomainState state = domain.state();
        List<VmNic> nics = machine.nics(state.off() ? List.of() : domain.addresses(FROM_LEASES));
        VmInfo.Builder vm = machine.describe()
                .powerState(state.power())
                .state(state.word())
                .metadata(metadata)
                .disks(machine.disks())
                .nics(nics)
                .ipAddresses(nics.stream()
                        .flatMap(nic -> nic.ipAddresses().stream())
                        .distinct()
                        .toList());
        if (!host.isEmpty()) {
            vm.location(host);
        }
        return vm.build();
    }
}
