package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.util.Optional;

/** What became of each candidate, and why, in words. */
final class CandidateView {
    private CandidateView() {}

    /** One that could be used. */
    static Candidate of(
            Selection.Pick pick,
            Selection.Pick best,
            Optional<Selection.Pick> winner,
            Optional<PlugbayException> conflict,
            Optional<String> held) {
        Candidate.Outcome outcome;
        String reason;
        boolean won = winner.isPresent()
                && winner.get().path().equals(pick.path())
                && winner.get().sha256().equals(pick.sha256());
        boolean top = pick.version().compareTo(best.version()) == 0 && pick.rank() == best.rank();
        if (held.isPresent()) {
            outcome = Candidate.Outcome.HELD;
            reason = "Held: " + held.get() + ".";
        } else if (conflict.isPresent() && top && !won) {
            outcome = Candidate.Outcome.REFUSED;
            reason = conflict.get().detail();
        } else if (won) {
            outcome = Candidate.Outcome.WON;
            reason = conflict.isPresent()
                    ? "Runs, and goes on."
                    : "The highest version, in the most specific folder that has it.";
        } else {
            outcome = Candidate.Outcome.LOST;
            reason = lost(pick, best);
        }
        return new Candidate(
                pick.path(),
                pick.folder(),
                Optional.of(pick.id()),
                Optional.of(pick.version().toString()),
                Optional.of("sha256:" + pick.sha256()),
                outcome,
                reason,
                outcome == Candidate.Outcome.REFUSED ? conflict.map(Problem::of) : Optional.empty());
    }

    private static String lost(Selection.Pick pick, Selection.Pick best) {
        if (pick.version().compareTo(best.version()) < 0) {
            return best.version() + " at " + best.path() + " is newer.";
        }
        if (pick.rank() < best.rank()) {
            return "The same version lies in a more specific folder: " + best.path() + ".";
        }
        return "The same bytes lie at " + best.path() + ".";
    }

    /** One that cannot be used now. */
    static Candidate unusable(Sighting sighting, Optional<String> id) {
        Candidate.Outcome outcome = switch (sighting.state()) {
            case SKIPPED -> Candidate.Outcome.SKIPPED;
            case REFUSED -> Candidate.Outcome.REFUSED;
            case STABLE, UNSTABLE, VANISHED -> Candidate.Outcome.UNSTABLE;
        };
        String reason = switch (sighting.state()) {
            case SKIPPED -> "It carries no manifest.";
            case REFUSED -> sighting.problem().map(PlugbayException::detail).orElse("It was refused.");
            case VANISHED -> "It was there a moment ago.";
            case STABLE, UNSTABLE -> "It was changed a moment ago, and may still be written.";
        };
        return new Candidate(
                sighting.path(),
                sighting.folder().kind(),
                sighting.id().or(() -> id),
                sighting.version().map(Version::toString),
                sighting.sha256().map(hash -> "sha256:" + hash),
                outcome,
                reason,
                sighting.state() == Sighting.State.REFUSED ? sighting.problem().map(Problem::of) : Optional.empty());
    }
}
