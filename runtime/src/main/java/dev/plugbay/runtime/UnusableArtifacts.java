package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a scan chose but cannot use, by id: files that could not be stored, installed artifacts that are damaged or gone. Without this
 * such a plugin would vanish without a word. Used by one scan only.
 */
final class UnusableArtifacts {
    private static final Logger LOG = LoggerFactory.getLogger(UnusableArtifacts.class);

    private final Map<String, PlugbayException> problems = new HashMap<>();

    void add(String id, PlugbayException problem) {
        problems.put(id, problem);
    }

    /** The installed artifact is not in the store. */
    void gone(String id, String sha256) {
        add(
                id,
                PlugbayException.of(
                                ErrorCode.ARTIFACT_CORRUPT,
                                "The installed artifact sha256:" + sha256 + " is gone from the store.")
                        .plugin(id)
                        .remedy("Install the plugin again.")
                        .build());
    }

    /** Logs those that were not known before: once, not with every scan. */
    void warn(Set<String> known) {
        problems.forEach((id, problem) -> {
            if (!known.contains(id)) {
                LOG.warn("The artifact of {} cannot be used: {}", id, problem.detail());
            }
        });
    }

    /** Why, by id. */
    Map<String, PlugbayException> problems() {
        return problems;
    }

    /**
     * The candidates with these among them, as refused.
     *
     * @param candidates what was chosen from
     * @param usable the ids whose winner can be used
     * @param installed the SHA-256 of what is installed, by id
     * @param folder where such an artifact lies
     */
    List<Candidate> in(
            List<Candidate> candidates,
            Set<String> usable,
            Map<String, String> installed,
            Function<String, Path> folder) {
        List<Candidate> all = new ArrayList<>();
        Set<String> told = new HashSet<>();
        for (Candidate candidate : candidates) {
            String id = candidate.id().orElse("");
            PlugbayException problem = problems.get(id);
            if (problem != null && candidate.outcome() == Candidate.Outcome.WON && !usable.contains(id)) {
                told.add(id);
                all.add(refused(candidate, problem));
            } else {
                all.add(candidate);
            }
        }
        installed.forEach((id, sha256) -> {
            PlugbayException problem = problems.get(id);
            if (problem != null && told.add(id)) {
                all.add(refused(artifact(id, sha256, folder.apply(sha256)), problem));
            }
        });
        return List.copyOf(all);
    }

    private static Candidate artifact(String id, String sha256, Path folder) {
        return new Candidate(
                folder,
                "installed",
                Optional.of(id),
                Optional.empty(),
                Optional.of("sha256:" + sha256),
                Candidate.Outcome.REFUSED,
                "",
                Optional.empty());
    }

    private static Candidate refused(Candidate candidate, PlugbayException problem) {
        return new Candidate(
                candidate.path(),
                candidate.folder(),
                candidate.id(),
                candidate.version(),
                candidate.artifact(),
                Candidate.Outcome.REFUSED,
                problem.detail(),
                Optional.of(Problem.of(problem)));
    }
}
