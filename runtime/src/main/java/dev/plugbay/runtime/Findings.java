package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a scan found.
 *
 * @param winners the artifacts that won, by id
 * @param problems why the newest candidate of an id cannot be used, by id
 * @param candidates every candidate
 */
record Findings(Map<String, Artifact> winners, Map<String, PlugbayException> problems, List<Candidate> candidates) {
    /** Before the first scan. */
    static Findings none() {
        return new Findings(Map.of(), Map.of(), List.of());
    }

    Optional<Artifact> winner(String id) {
        return Optional.ofNullable(winners.get(id));
    }

    Optional<PlugbayException> problem(String id) {
        return Optional.ofNullable(problems.get(id));
    }

    /** The candidates of an id. */
    List<Candidate> candidates(String id) {
        return candidates.stream()
                .filter(candidate -> candidate.id().equals(Optional.of(id)))
                .toList();
    }

    /** The same without anything of an id. */
    Findings without(String id) {
        Map<String, Artifact> otherWinners = new HashMap<>(winners);
        otherWinners.remove(id);
        Map<String, PlugbayException> otherProblems = new HashMap<>(problems);
        otherProblems.remove(id);
        return new Findings(
                Map.copyOf(otherWinners),
                Map.copyOf(otherProblems),
                candidates.stream()
                        .filter(candidate -> !candidate.id().equals(Optional.of(id)))
                        .toList());
    }

    /** The candidates whose id can be read, and could not be {@code before}: one that was seen while it was still written is new when it can be read. */
    List<Candidate> discoveredSince(Findings before) {
        Set<Path> known = new HashSet<>();
        before.candidates.stream()
                .filter(candidate -> candidate.id().isPresent())
                .forEach(candidate -> known.add(candidate.path()));
        return candidates.stream()
                .filter(candidate -> candidate.id().isPresent() && !known.contains(candidate.path()))
                .toList();
    }
}
