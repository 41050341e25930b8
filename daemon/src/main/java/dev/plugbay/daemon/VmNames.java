package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.daemon.ProviderCalls.Answer;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the one machine that somebody means by {@code [instance/]id-or-unique-name}.
 *
 * <p>Ids may hold slashes, so {@code a/b} is the machine {@code b} of instance {@code a}, or {@code a/b} of any provider: every meaning is
 * tried. A machine whose id it is comes before those whose name it is, else a machine could become impossible to name.
 */
final class VmNames {
    private static final int MOST = 1000;

    private final Providers providers;
    private final ProviderCalls calls;

    VmNames(Providers providers, ProviderCalls calls) {
        this.providers = providers;
        this.calls = calls;
    }

    /** A machine and where it is. */
    record Found(Provider provider, VmInfo vm) {
        String name() {
            return provider.instance() + "/" + vm.id();
        }
    }

    private record Match(boolean byId, Found found) {}

    private record Meaning(Provider provider, String text) {}

    /**
     * The machine meant.
     *
     * @param instance the provider, if it is known; the name then has no such prefix
     * @throws PlugbayException {@link ErrorCode#NOT_FOUND} with near names; {@link ErrorCode#CONFLICT} with the candidates; {@link ErrorCode#UNAVAILABLE} when it is not found
     *     and some providers did not answer
     */
    Found resolve(Optional<String> instance, String name, CallOptions options) {
        List<Meaning> meanings =
                instance.isPresent() ? List.of(new Meaning(providers.get(instance.get()), name)) : meanings(name);
        List<Match> matches = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Map<String, Provider> byInstance = new LinkedHashMap<>();
        meanings.forEach(meaning -> byInstance.put(meaning.provider().instance(), meaning.provider()));
        List<Provider> asked = List.copyOf(byInstance.values());
        for (Answer<List<Match>> answer : calls.ask(asked, options, provider -> matches(provider, meanings))) {
            switch (answer) {
                case Answer.Got<List<Match>> got -> matches.addAll(got.value());
                case Answer.Failed<List<Match>> failed -> problems.add(failed.problem());
            }
        }
        Map<String, Found> found = found(matches);
        if (found.size() == 1) {
            return found.values().iterator().next();
        }
        throw found.isEmpty() ? absent(name, asked, problems, options) : ambiguous(name, found);
    }

    private List<Meaning> meanings(String name) {
        List<Meaning> meanings = new ArrayList<>();
        providers.all().forEach(provider -> meanings.add(new Meaning(provider, name)));
        int slash = name.indexOf('/');
        if (slash > 0 && slash < name.length() - 1) {
            providers
                    .find(name.substring(0, slash))
                    .ifPresent(provider -> meanings.add(new Meaning(provider, name.substring(slash + 1))));
        }
        return meanings;
    }

    private static List<Match> matches(Provider provider, List<Meaning> meanings) {
        List<Match> matches = new ArrayList<>();
        for (Meaning meaning : meanings) {
            if (!meaning.provider().instance().equals(provider.instance())) {
                continue;
            }
            Optional<VmInfo> byId = provider.vms().get(meaning.text());
            if (byId.isPresent()) {
                matches.add(match(true, provider, byId.get()));
                continue;
            }
            VmQuery named = VmQuery.of(VmFilter.builder().name(meaning.text()).build());
            VmDirectory.gather(provider, named, MOST, Optional.empty()).items().stream()
                    .filter(vm -> vm.name().equals(meaning.text()))
                    .forEach(vm -> matches.add(match(false, provider, vm)));
        }
        return matches;
    }

    private static Match match(boolean byId, Provider provider, VmInfo vm) {
        return new Match(
                byId,
                new Found(provider, vm.toBuilder().provider(provider.instance()).build()));
    }

    private static Map<String, Found> found(List<Match> matches) {
        boolean anyId = matches.stream().anyMatch(Match::byId);
        Map<String, Found> found = new LinkedHashMap<>();
        matches.stream()
                .filter(match -> match.byId() == anyId)
                .forEach(match -> found.put(match.found().name(), match.found()));
        return found;
    }

    private static PlugbayException ambiguous(String name, Map<String, Found> found) {
        List<String> candidates = List.copyOf(new TreeSet<>(found.keySet()));
        return PlugbayException.of(
                        ErrorCode.CONFLICT,
                        "\"" + name + "\" is " + candidates.size() + " machines: " + String.join(", ", candidates)
                                + ".")
                .remedy("Name one of them as instance/id, or give the provider apart.")
                .pointer("/vm")
                .detail("candidates", candidates)
                .build();
    }

    private PlugbayException absent(String name, List<Provider> asked, List<Problem> problems, CallOptions options) {
        if (!problems.isEmpty()) {
            String reasons = String.join(
                    " ", problems.stream().map(Problem::detail).limit(3).toList());
            return PlugbayException.of(
                            ErrorCode.UNAVAILABLE,
                            "\"" + name + "\" was not found, but not every provider answered: " + reasons)
                    .remedy("Try again when they do, or name the provider.")
                    .pointer("/vm")
                    .build();
        }
        List<String> known = new ArrayList<>();
        for (Answer<List<VmInfo>> answer : calls.ask(
                asked,
                options,
                provider -> VmDirectory.gather(provider, VmQuery.of(VmFilter.all()), MOST, Optional.empty())
                        .items())) {
            if (answer instanceof Answer.Got<List<VmInfo>> got) {
                got.value().forEach(vm -> {
                    known.add(vm.id());
                    known.add(vm.name());
                    known.add(vm.provider() + "/" + vm.id());
                });
            }
        }
        List<String> near = Nearest.of(name, known);
        return PlugbayException.of(ErrorCode.NOT_FOUND, "There is no virtual machine \"" + name + "\".")
                .remedy(
                        near.isEmpty()
                                ? "GET /api/v1/vms lists them all."
                                : "Did you mean " + String.join(" or ", near) + "?")
                .pointer("/vm")
                .detail("near", near)
                .build();
    }
}
