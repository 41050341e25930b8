package dev.plugbay.plugins.libvirt;

import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmNic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A domain's XML as a machine. What XML does not tell - the state, sizes of disks, addresses - is put in by whoever asks for it.
 *
 * <p>The elements are described at libvirt.org/formatdomain.html. Tags are not libvirt's: they are read from metadata of our own namespace.
 */
final class Machine {
    /** The namespace of the metadata element {@code tags} with its {@code <tag name="env">prod</tag>}. */
    static final String TAGS = "urn:plugbay:tags";

    private static final long KIB_PER_MIB = 1024;

    private final Xml domain;

    Machine(String xml) {
        this.domain = Xml.parse(xml);
    }

    /** A builder with all that the XML tells. */
    VmInfo.Builder describe() {
        VmInfo.Builder vm = VmInfo.builder(
                        domain.text("uuid").orElse(""), domain.text("name").orElse(""))
                .cpus(cpus())
                .tags(tags());
        domain.attribute("type").ifPresent(vm::type);
        firmware().ifPresent(vm::firmware);
        guestOs().ifPresent(vm::guestOs);
        domain.find("memory").ifPresent(memory -> vm.memoryMiB(kibibytes(memory) / KIB_PER_MIB));
        return vm;
    }

    private int cpus() {
        Optional<Xml> cpus = domain.find("vcpu");
        return cpus.flatMap(it -> it.attribute("current"))
                .or(() -> cpus.map(Xml::content))
                .map(text -> (int) number(text))
                .orElse(1);
    }

    /** libvirt writes memory in KiB, whatever it was defined in. */
    private static long kibibytes(Xml memory) {
        long amount = number(memory.content());
        return switch (memory.attribute("unit").orElse("KiB")) {
            case "b", "bytes" -> amount / KIB_PER_MIB;
            case "MiB", "M" -> amount * KIB_PER_MIB;
            case "GiB", "G" -> amount * KIB_PER_MIB * KIB_PER_MIB;
            default -> amount;
        };
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private Optional<String> firmware() {
        if (!domain.text("os", "type").equals(Optional.of("hvm"))) {
            return Optional.empty();
        }
        boolean uefi = domain.find("os").flatMap(os -> os.attribute("firmware")).equals(Optional.of("efi"))
                || domain.find("os", "loader")
                        .flatMap(loader -> loader.attribute("type"))
                        .equals(Optional.of("pflash"));
        return Optional.of(uefi ? "uefi" : "bios");
    }

    /** From libosinfo's metadata, as in {@code http://debian.org/debian/12}. */
    private Optional<String> guestOs() {
        return domain.find("metadata", "libosinfo", "os")
                .flatMap(os -> os.attribute("id"))
                .map(id -> id.replaceFirst("^[a-z]+://[^/]*/", "").replace('/', ' '));
    }

    private Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        domain.find("metadata").map(metadata -> metadata.all("tags")).orElse(List.of()).stream()
                .filter(element -> element.namespace().equals(TAGS))
                .flatMap(element -> element.all("tag").stream())
                .forEach(tag -> tag.attribute("name")
                        .ifPresent(name -> tags.put(name, tag.content().strip())));
        return tags;
    }

    /** What else is of interest; for the caller to add to. */
    Map<String, String> metadata() {
        Map<String, String> facts = new LinkedHashMap<>();
        domain.text("uuid").ifPresent(it -> facts.put("uuid", it));
        domain.text("title").ifPresent(it -> facts.put("title", it));
        domain.text("description").ifPresent(it -> facts.put("description", it.strip()));
        domain.find("os", "type").ifPresent(type -> {
            type.attribute("arch").ifPresent(it -> facts.put("arch", it));
            type.attribute("machine").ifPresent(it -> facts.put("machine", it));
        });
        return facts;
    }

    /** Its disks, without CD-ROM and floppy drives, and without their sizes. */
    List<VmDisk> disks() {
        List<VmDisk> disks = new ArrayList<>();
        for (Xml disk : devices("disk")) {
            String device = disk.attribute("device").orElse("disk");
            Optional<Xml> target = disk.find("target");
            Optional<String> id = target.flatMap(it -> it.attribute("dev"));
            if (id.isEmpty() || !(device.equals("disk") || device.equals("lun"))) {
                continue;
            }
            VmDisk.Builder built = VmDisk.builder(id.get());
            disk.find("source").flatMap(Machine::source).ifPresent(built::name);
            disk.find("driver").flatMap(it -> it.attribute("type")).ifPresent(built::format);
            target.flatMap(it -> it.attribute("bus")).ifPresent(built::bus);
            disk.find("boot")
                    .flatMap(it -> it.attribute("order"))
                    .ifPresent(order -> built.bootOrder((int) number(order)));
            disks.add(built.build());
        }
        return disks;
    }

    /** Where a disk's bytes are: a file, a device, a volume of a pool, or a network's name of it. */
    private static Optional<String> source(Xml source) {
        return source.attribute("file")
                .or(() -> source.attribute("dev"))
                .or(() -> source.attribute("volume")
                        .map(volume ->
                                source.attribute("pool").map(pool -> pool + "/").orElse("") + volume))
                .or(() -> source.attribute("name")
                        .map(name ->
                                source.attribute("protocol").map(it -> it + ":").orElse("") + name));
    }

    /** Its network interfaces, with the addresses that some source knows of them. */
    List<VmNic> nics(List<Domain.Addresses> known) {
        List<VmNic> nics = new ArrayList<>();
        for (Xml nic : devices("interface")) {
            Optional<String> mac = nic.find("mac").flatMap(it -> it.attribute("address"));
            VmNic.Builder built = VmNic.builder("net" + nics.size());
            mac.ifPresent(built::mac);
            nic.find("source")
                    .flatMap(source -> source.attribute("network")
                            .or(() -> source.attribute("bridge"))
                            .or(() -> source.attribute("dev")))
                    .or(() -> nic.attribute("type"))
                    .ifPresent(built::network);
            nic.find("model").flatMap(it -> it.attribute("type")).ifPresent(built::model);
            built.ipAddresses(known.stream()
                    .filter(it -> mac.map(it.mac()::equalsIgnoreCase).orElse(false))
                    .flatMap(it -> it.texts().stream())
                    .distinct()
                    .toList());
            nics.add(built.build());
        }
        return nics;
    }

    private List<Xml> devices(String kind) {
        return domain.find("devices").map(devices -> devices.all(kind)).orElse(List.of());
    }
}
