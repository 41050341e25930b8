package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Virtual machines as people read them. */
final class VmViews {
    private VmViews() {}

    static Table list(JsonNode vms) {
        Table table = new Table("provider", "id", "name", "power", "cpus", "memory", "disks", "size", "addresses");
        for (JsonNode vm : vms) {
            long capacity = 0;
            for (JsonNode disk : vm.path("disks")) {
                capacity += disk.path("capacityBytes").asLong(0);
            }
            table.row(
                    Json.text(vm, "provider"),
                    Json.text(vm, "id"),
                    Json.text(vm, "name"),
                    Json.text(vm, "powerState"),
                    Json.text(vm, "cpus"),
                    memory(vm),
                    String.valueOf(vm.path("disks").size()),
                    capacity == 0 ? "" : Text.bytes(capacity),
                    Json.joined(vm, "ipAddresses"));
        }
        return table;
    }

    static List<String> details(JsonNode vm) {
        Facts facts = new Facts();
        for (String member : List.of(
                "provider", "id", "name", "powerState", "state", "location", "type", "guestOs", "firmware", "cpus")) {
            facts.add(member, Json.text(vm, member));
        }
        facts.add("memory", memory(vm));
        facts.add("addresses", Json.joined(vm, "ipAddresses"));
        for (String member : List.of("launchedAt", "createdAt", "updatedAt")) {
            facts.add(member, Json.text(vm, member));
        }
        vm.path("tags").properties().forEach(tag -> facts.add("tag " + tag.getKey(), Json.text(tag.getValue())));
        vm.path("metadata").properties().forEach(fact -> facts.add(fact.getKey(), Json.text(fact.getValue())));
        List<String> lines = new ArrayList<>(facts.lines());
        if (!vm.path("disks").isEmpty()) {
            Table disks = new Table("disk", "name", "capacity", "allocated", "format", "bus");
            for (JsonNode disk : vm.path("disks")) {
                disks.row(
                        Json.text(disk, "id"),
                        Json.text(disk, "name"),
                        Json.number(disk, "capacityBytes").map(Text::bytes).orElse(""),
                        Json.number(disk, "allocatedBytes").map(Text::bytes).orElse(""),
                        Json.text(disk, "format"),
                        Json.text(disk, "bus"));
            }
            lines.add("");
            lines.addAll(disks.lines(0));
        }
        return lines;
    }

    private static String memory(JsonNode vm) {
        return Json.number(vm, "memoryMiB")
                .map(mebibytes -> Text.bytes(mebibytes * 1024 * 1024))
                .orElse("");
    }
}
