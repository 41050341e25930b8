package dev.plugbay.plugins.libvirt;

import dev.plugbay.cloud.VmProvider;
import dev.plugbay.testkit.GuestMachine;
import dev.plugbay.testkit.VmProviderContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole contract, over a hypervisor with machines that have disks. */
class ExportContractTest implements VmProviderContract {
    private static final Set<String> IDS = new TreeSet<>();

    private static ExportLab lab;
    private static GuestMachine guest;
    private static LibvirtFixture plugin;

    @BeforeAll
    static void start() throws IOException {
        lab = ExportLab.start();
        guest = lab.guest("writer");
        IDS.add(guest.uuid());
        for (int number = 1; number <= 3; number++) {
            lab.libvirtd.define(Domains.small("small " + number, number, ""));
            IDS.add(Domains.id(number));
        }
        plugin = lab.plugin();
    }

    @AfterAll
    static void stop() {
        if (plugin != null) {
            plugin.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Override
    public VmProvider provider() {
        return plugin.provider;
    }

    @Override
    public Set<String> ids() {
        return IDS;
    }

    @Override
    public String exportable() {
        return guest.uuid();
    }

    /** Disks, what libvirt tells, and whatever is in the scratch folder. */
    @Override
    public Object sourceState() {
        List<Object> state = new ArrayList<>(List.of(lab.libvirtd.virsh("dumpxml", guest.name()), guest.running()));
        try (Stream<Path> scratch = Files.walk(lab.scratch)) {
            for (Path disk : List.of(guest.boot(), guest.data())) {
                state.add(Files.size(disk));
                state.add(Files.getLastModifiedTime(disk));
            }
            // The first export makes the folder in which each has one of its own.
            state.add(scratch.filter(path -> lab.scratch.relativize(path).getNameCount() > 1)
                    .map(Path::toString)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state;
    }
}
