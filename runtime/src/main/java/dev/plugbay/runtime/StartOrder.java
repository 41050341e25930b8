package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In which order plugins start: each after those that it requires, otherwise by id. To stop, go backwards.
 *
 * @param ids those that can start, in order
 * @param refused those that require each other in a circle, with the circle named; what requires one of them is among {@code ids} and will miss it
 */
record StartOrder(List<String> ids, Map<String, PlugbayException> refused) {
    static StartOrder of(Collection<Manifest> manifests) {
        Map<String, Manifest> all = new TreeMap<>();
        manifests.forEach(manifest -> all.put(manifest.id(), manifest));
        Map<String, PlugbayException> refused = new LinkedHashMap<>();
        for (String id : all.keySet()) {
            List<String> circle = circle(id, all);
            if (!circle.isEmpty()) {
                refused.put(
                        id,
                        PlugbayException.of(
                                        ErrorCode.DEPENDENCY_CYCLE,
                                        "Plugins require each other in a circle: " + String.join(" -> ", circle) + ".")
                                .plugin(id)
                                .remedy("Remove one of these requirements.")
                                .build());
            }
        }
        List<String> ids = new ArrayList<>();
        Set<String> visited = new TreeSet<>(refused.keySet());
        all.keySet().forEach(id -> visit(id, all, visited, ids));
        return new StartOrder(List.copyOf(ids), refused);
    }

    /** Who may stop together, one group after the other: nobody before those that require it. */
    static List<Set<String>> backwards(Collection<Manifest> manifests) {
        Map<String, Manifest> left = new TreeMap<>();
        manifests.forEach(manifest -> left.put(manifest.id(), manifest));
        List<Set<String>> groups = new ArrayList<>();
        while (!left.isEmpty()) {
            Set<String> group = new TreeSet<>(left.keySet());
            left.values()
                    .forEach(manifest ->
                            group.removeAll(manifest.requires().plugins().keySet()));
            if (group.isEmpty()) {
                group.addAll(left.keySet()); // a circle, which cannot run anyway
            }
            groups.add(group);
            left.keySet().removeAll(group);
        }
        return groups;
    }

    private static void visit(String id, Map<String, Manifest> all, Set<String> visited, List<String> ids) {
        Manifest manifest = all.get(id);
        if (manifest != null && visited.add(id)) {
            new TreeSet<>(manifest.requires().plugins().keySet()).forEach(each -> visit(each, all, visited, ids));
            ids.add(id);
        }
    }

    /** A shortest way from {@code id} back to itself; empty when there is none. */
    private static List<String> circle(String id, Map<String, Manifest> all) {
        Map<String, String> cameFrom = new LinkedHashMap<>();
        List<String> queue = new ArrayList<>(List.of(id));
        for (int i = 0; i < queue.size(); i++) {
            String from = queue.get(i);
            Manifest manifest = all.get(from);
            if (manifest == null) {
                continue;
            }
            for (String next : manifest.requires().plugins().keySet()) {
                if (next.equals(id)) {
                    List<String> circle = new ArrayList<>(List.of(id));
                    for (String at = from; at != null && !at.equals(id); at = cameFrom.get(at)) {
                        circle.add(1, at);
                    }
                    circle.add(id);
                    return circle;
                }
                if (all.containsKey(next) && cameFrom.putIfAbsent(next, from) == null) {
                    queue.add(next);
                }
            }
        }
        return List.of();
    }
}
