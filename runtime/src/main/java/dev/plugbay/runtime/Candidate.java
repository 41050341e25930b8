package dev.plugbay.runtime;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Something found that is, or should be, a plugin.
 *
 * @param path where it lies
 * @param folder what kind of folder: {@code bundled}, {@code system}, {@code local}, {@code home}, {@code path} or {@code installed}
 * @param id its id, if its manifest could be read
 * @param version its version, likewise
 * @param artifact {@code sha256:} and the digits, if it is stored
 * @param outcome what came of it
 * @param reason why, as a sentence
 * @param problem why it was refused
 */
public record Candidate(
        Path path,
        String folder,
        Optional<String> id,
        Optional<String> version,
        Optional<String> artifact,
        Outcome outcome,
        String reason,
        Optional<Problem> problem) {

    /** What came of a candidate. */
    public enum Outcome {
        /** It is what runs, or would. */
        WON,
        /** Another candidate of the same id is newer or more specific. */
        LOST,
        /** Its id is disabled, denied or not allowed. */
        HELD,
        /** It breaks a rule; the problem says which. */
        REFUSED,
        /** It carries no manifest. */
        SKIPPED,
        /** It is still being written. */
        UNSTABLE
    }
}
