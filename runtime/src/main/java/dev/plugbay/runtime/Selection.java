package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Decides which candidate of each plugin wins: the highest version; between equal versions the more specific folder, installed ones before all. A pure function.
 *
 * <p>What is refused or unstable never wins. But while the file that the running generation came from is unstable, refused or just vanished, what runs stands in for it,
 * so that a half-written or broken file neither stops nor downgrades a plugin. Two files of one folder with one version and different bytes are a conflict: neither wins, and what
 * runs goes on.
 */
final class Selection {
    private static final String INSTALLED = "installed";

    private Selection() {}

    /**
     * An artifact that was installed.
     *
     * @param path its folder in the store
     */
    record Installed(String id, Version version, String sha256, Path path) {}

    /**
     * What runs.
     *
     * @param source where its file lay when it was loaded
     */
    record Running(String id, Version version, String sha256, Path source) {}

    /**
     * A candidate that can be used.
     *
     * @param folder the folder's kind
     * @param rank the more specific, the higher
     * @param removable whether the host may delete its file
     * @param sighting what was seen; absent for an installed one, and for what runs when its file is not there now
     * @param keep whether this stands for what runs, so that there is nothing to load
     */
    record Pick(
            String id,
            Version version,
            String sha256,
            Path path,
            String folder,
            int rank,
            boolean removable,
            Optional<Sighting> sighting,
            boolean keep) {}

    /**
     * What was decided of a plugin.
     *
     * @param id its id
     * @param pick the winner; absent when there is none
     * @param held why it may not run, if it may not
     * @param problem why there is no winner, or why another candidate was refused
     * @param candidates all candidates of this id
     */
    record Choice(
            String id,
            Optional<Pick> pick,
            Optional<String> held,
            Optional<PlugbayException> problem,
            List<Candidate> candidates) {}

    /**
     * What was decided.
     *
     * @param choices by id, for every id that was seen or runs; one that runs and has no candidate left has a choice without winner or problem
     * @param candidates all candidates, by path
     */
    record Result(Map<String, Choice> choices, List<Candidate> candidates) {}

    /**
     * Decides.
     *
     * @param held why a plugin may not run, by id
     */
    static Result select(
            Collection<Sighting> sightings,
            Collection<Installed> installed,
            Collection<Running> running,
            Function<String, Optional<String>> held) {
        Map<String, List<Pick>> picks = new TreeMap<>();
        Map<Path, Running> sources = new TreeMap<>();
        running.forEach(each -> sources.put(each.source(), each));
        TreeSet<String> ids = new TreeSet<>();
        running.forEach(each -> ids.add(each.id()));
        for (Sighting sighting : sightings) {
            Running runs = sources.get(sighting.path());
            if (sighting.state() == Sighting.State.STABLE) {
                add(
                        picks,
                        new Pick(
                                sighting.id().orElseThrow(),
                                sighting.version().orElseThrow(),
                                sighting.sha256().orElseThrow(),
                                sighting.path(),
                                sighting.folder().kind(),
                                sighting.rank(),
                                sighting.folder().removable(),
                                Optional.of(sighting),
                                runs != null && sighting.sha256().orElseThrow().equals(runs.sha256())));
            } else if (runs != null && sighting.state() != Sighting.State.SKIPPED) {
                add(
                        picks,
                        new Pick(
                                runs.id(),
                                runs.version(),
                                runs.sha256(),
                                runs.source(),
                                sighting.folder().kind(),
                                sighting.rank(),
                                sighting.folder().removable(),
                                Optional.empty(),
                                true));
            }
        }
        for (Installed each : installed) {
            boolean keep = running.stream()
                    .anyMatch(r -> r.id().equals(each.id()) && r.sha256().equals(each.sha256()));
            add(
                    picks,
                    new Pick(
                            each.id(),
                            each.version(),
                            each.sha256(),
                            each.path(),
                            INSTALLED,
                            Integer.MAX_VALUE,
                            true,
                            Optional.empty(),
                            keep));
        }
        ids.addAll(picks.keySet());
        Map<String, List<Sighting>> others = others(sightings, sources);
        ids.addAll(others.keySet());
        Map<String, Choice> choices = new TreeMap<>();
        List<Candidate> candidates = new ArrayList<>();
        for (String id : ids) {
            Optional<Running> runs =
                    running.stream().filter(each -> each.id().equals(id)).findFirst();
            Choice choice = choose(
                    id, picks.getOrDefault(id, List.of()), others.getOrDefault(id, List.of()), runs, held.apply(id));
            choices.put(id, choice);
            candidates.addAll(choice.candidates());
        }
        sightings.stream()
                .filter(each -> each.state() != Sighting.State.STABLE
                        && idOf(each, sources).isEmpty())
                .forEach(each -> candidates.add(CandidateView.unusable(each, Optional.empty())));
        candidates.sort(Comparator.comparing(Candidate::path));
        return new Result(choices, List.copyOf(candidates));
    }

    private static void add(Map<String, List<Pick>> picks, Pick pick) {
        picks.computeIfAbsent(pick.id(), id -> new ArrayList<>()).add(pick);
    }

    /** What cannot be used, by the id that it would have: that of its manifest, else of what was loaded from that path. */
    private static Map<String, List<Sighting>> others(Collection<Sighting> sightings, Map<Path, Running> sources) {
        Map<String, List<Sighting>> others = new TreeMap<>();
        for (Sighting sighting : sightings) {
            if (sighting.state() != Sighting.State.STABLE) {
                idOf(sighting, sources)
                        .ifPresent(id -> others.computeIfAbsent(id, key -> new ArrayList<>())
                                .add(sighting));
            }
        }
        return others;
    }

    private static Optional<String> idOf(Sighting sighting, Map<Path, Running> sources) {
        return sighting.id()
                .or(() -> Optional.ofNullable(sources.get(sighting.path())).map(Running::id));
    }

    private static Choice choose(
            String id, List<Pick> picks, List<Sighting> others, Optional<Running> runs, Optional<String> held) {
        Optional<Pick> best = picks.stream().max(order());
        Optional<PlugbayException> conflict = best.flatMap(top -> conflict(top, picks));
        Optional<Pick> winner = conflict.isEmpty() ? best : best.flatMap(top -> goesOn(top, picks, runs));
        Optional<PlugbayException> problem = conflict.or(
                () -> others.stream().flatMap(each -> each.problem().stream()).findFirst());
        List<Candidate> candidates = new ArrayList<>();
        for (Pick pick : picks) {
            if (pick.sighting().isPresent() || pick.folder().equals(INSTALLED)) {
                candidates.add(CandidateView.of(pick, best.orElseThrow(), winner, conflict, held));
            }
        }
        others.forEach(each -> candidates.add(CandidateView.unusable(each, Optional.of(id))));
        return new Choice(id, winner, held, problem, List.copyOf(candidates));
    }

    private static Comparator<Pick> order() {
        return Comparator.comparing(Pick::version)
                .thenComparingInt(Pick::rank)
                .thenComparing(Pick::keep)
                .thenComparing(Pick::path, Comparator.reverseOrder());
    }

    private static Optional<PlugbayException> conflict(Pick top, List<Pick> picks) {
        return picks.stream()
                .filter(other -> other.rank() == top.rank()
                        && other.version().compareTo(top.version()) == 0
                        && !other.sha256().equals(top.sha256()))
                .sorted(Comparator.comparing(Pick::path))
                .findFirst()
                .map(other -> {
                    List<Path> both = new ArrayList<>(List.of(top.path(), other.path()));
                    both.sort(null);
                    return PlugbayException.of(
                                    ErrorCode.CONFLICT,
                                    "Two files of one folder are " + top.id() + " " + top.version()
                                            + " with different bytes: " + both.get(0) + " and " + both.get(1) + ".")
                            .plugin(top.id())
                            .remedy("Remove one of them, or give one another version.")
                            .build();
                });
    }

    /** In a conflict what runs goes on, wherever it came from. */
    private static Optional<Pick> goesOn(Pick top, List<Pick> picks, Optional<Running> runs) {
        return runs.map(is -> picks.stream()
                .filter(pick -> pick.keep() || pick.path().equals(is.source()))
                .findFirst()
                .map(pick -> new Pick(
                        is.id(),
                        is.version(),
                        is.sha256(),
                        is.source(),
                        pick.folder(),
                        pick.rank(),
                        pick.removable(),
                        pick.sighting(),
                        true))
                .orElseGet(() -> new Pick(
                        is.id(),
                        is.version(),
                        is.sha256(),
                        is.source(),
                        top.folder(),
                        top.rank(),
                        top.removable(),
                        Optional.empty(),
                        true)));
    }
}
