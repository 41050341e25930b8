package dev.plugbay.cli;

import java.util.Map;

/**
 * What the command ends with: the one place that turns a problem's code into an exit code. The command knows the host
 * through REST only, so the table is written out here; an acceptance test holds it against the host's own.
 */
public final class ExitCodes {
    /** Done. */
    public static final int OK = 0;

    /** Tried, and failed. */
    public static final int FAILED = 1;

    /** The command line, or the request it makes, makes no sense. */
    public static final int USAGE = 2;

    /** No host answers. */
    public static final int UNREACHABLE = 3;

    /** What was named does not exist. */
    public static final int NOT_FOUND = 4;

    /** Refused, or in conflict with what is there. */
    public static final int REFUSED = 5;

    /** Cancelled, by Ctrl-C or by somebody else. */
    public static final int CANCELLED = 130;

    private static final Map<String, Integer> BY_CODE = Map.ofEntries(
            Map.entry("ManifestNotFound", REFUSED),
            Map.entry("InvalidManifest", REFUSED),
            Map.entry("EntrypointNotFound", REFUSED),
            Map.entry("IncompatibleApi", REFUSED),
            Map.entry("MissingDependency", REFUSED),
            Map.entry("DependencyCycle", REFUSED),
            Map.entry("VersionConflict", REFUSED),
            Map.entry("UnsafeArchive", REFUSED),
            Map.entry("ArtifactCorrupt", REFUSED),
            Map.entry("SignatureInvalid", REFUSED),
            Map.entry("Untrusted", REFUSED),
            Map.entry("Revoked", REFUSED),
            Map.entry("InvalidConfig", REFUSED),
            Map.entry("PermissionDenied", REFUSED),
            Map.entry("LoadError", FAILED),
            Map.entry("LinkError", REFUSED),
            Map.entry("InitFailed", FAILED),
            Map.entry("StartFailed", FAILED),
            Map.entry("ProbeFailed", REFUSED),
            Map.entry("ReloadRolledBack", REFUSED),
            Map.entry("HookTimeout", FAILED),
            Map.entry("CallFailed", FAILED),
            Map.entry("CallTimeout", FAILED),
            Map.entry("CallCancelled", CANCELLED),
            Map.entry("Crashed", FAILED),
            Map.entry("HandshakeFailed", FAILED),
            Map.entry("Interrupted", FAILED),
            Map.entry("LimitExceeded", REFUSED),
            Map.entry("LimitUnenforceable", REFUSED),
            Map.entry("LeakLimitReached", REFUSED),
            Map.entry("InsufficientStorage", FAILED),
            Map.entry("Unauthenticated", REFUSED),
            Map.entry("Unavailable", FAILED),
            Map.entry("Unsupported", REFUSED),
            Map.entry("InvalidRequest", USAGE),
            Map.entry("Busy", REFUSED),
            Map.entry("Conflict", REFUSED),
            Map.entry("NotFound", NOT_FOUND),
            Map.entry("Internal", FAILED));

    private ExitCodes() {}

    /**
     * The exit code for a problem.
     *
     * @param code the problem's code, such as {@code InvalidConfig}; one that is not known here is judged by its status
     * @param status the HTTP status, 400 to 599
     * @return 1, 2, 4, 5 or 130
     */
    public static int of(String code, int status) {
        Integer known = BY_CODE.get(code);
        if (known != null) {
            return known;
        }
        return switch (status) {
            case 400, 405, 406, 415 -> USAGE;
            case 404, 410 -> NOT_FOUND;
            default -> status >= 500 ? FAILED : REFUSED;
        };
    }

    /** Each known code with its exit code. */
    public static Map<String, Integer> all() {
        return BY_CODE;
    }
}
