package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Finds the machine that somebody means by {@code [instance/]id-or-unique-name}. An id wins over a name; what could be
 * several machines is refused with their names.
 */
final class VmNames {
    private final Rest host;

    VmNames(Rest host) {
        this.host = host;
    }

    JsonNode find(String named) {
        List<String> providers = new ArrayList<>();
        for (JsonNode provider :
                host.list("/api/v1/providers", List.of(), Integer.MAX_VALUE).path("items")) {
            providers.add(Json.text(provider, "instance"));
        }
        List<JsonNode> found = new ArrayList<>();
        int slash = named.indexOf('/');
        String prefix = slash < 0 ? "" : named.substring(0, slash);
        if (providers.contains(prefix)) {
            found = in(List.of(prefix), named.substring(slash + 1));
        }
        if (found.isEmpty()) {
            found = in(providers, named);
        }
        if (found.isEmpty()) {
            throw Failure.of(
                    "NotFound", 404, "Not found", "There is no virtual machine \"" + named + "\".", "See: plugbay vms");
        }
        if (found.size() > 1) {
            List<String> names = found.stream()
                    .map(vm -> Json.text(vm, "provider") + "/" + Json.text(vm, "id"))
                    .toList();
            throw Failure.of(
                    "Conflict",
                    409,
                    "Conflict",
                    "\"" + named + "\" could be any of " + String.join(", ", names) + ".",
                    "Name one of these.");
        }
        return found.getFirst();
    }

    private List<JsonNode> in(List<String> providers, String idOrName) {
        List<JsonNode> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String provider : providers) {
            try {
                found.add(host.get(path(provider) + "/" + Rest.encode(idOrName)));
            } catch (Failure failure) {
                if (failure.exitCode() == ExitCodes.UNREACHABLE) {
                    throw failure;
                }
                if (failure.exitCode() != ExitCodes.NOT_FOUND) {
                    failures.add(failure);
                }
            }
        }
        if (!found.isEmpty()) {
            return found;
        }
        if (failures.size() == providers.size() && !failures.isEmpty()) {
            throw failures.getFirst(); // none could say whether it is there
        }
        // A provider that fails is left out by the list of all, so it does not keep us from the others.
        String all = providers.size() == 1 ? path(providers.getFirst()) : "/api/v1/vms";
        for (JsonNode vm : host.list(all, List.of(Map.entry("name", idOrName)), Integer.MAX_VALUE)
                .path("items")) {
            if (Json.text(vm, "name").equals(idOrName)) {
                found.add(vm);
            }
        }
        if (found.isEmpty() && !failures.isEmpty()) {
            throw failures.getFirst(); // it may be there
        }
        return found;
    }

    private static String path(String provider) {
        return "/api/v1/providers/" + Rest.encode(provider) + "/vms";
    }
}
