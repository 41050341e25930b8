package dev.plugbay.api;

import java.util.Arrays;
import java.util.Optional;

/**
 * The stable codes of every failure; the same in Java, REST ({@code application/problem+json}) and the command line. A
 * code fixes the HTTP status, the exit code of the command line, and whether a retry of the same request can help.
 */
public enum ErrorCode {
    /** A file that should be a plugin carries no manifest. */
    MANIFEST_NOT_FOUND("ManifestNotFound", 422, 5, false, "Plugin has no manifest"),
    /** A manifest that breaks the manifest's schema. */
    INVALID_MANIFEST("InvalidManifest", 422, 5, false, "Manifest is invalid"),
    /** The manifest names a class that is absent, cannot be constructed, or is of the wrong kind. */
    ENTRYPOINT_NOT_FOUND("EntrypointNotFound", 422, 5, false, "Class named by the manifest cannot be used"),
    /** The plugin needs an API, a Java or a platform that this host does not offer. */
    INCOMPATIBLE_API("IncompatibleApi", 422, 5, false, "Plugin needs another host"),
    /** A plugin that this plugin requires is absent or of a version that does not fit. */
    MISSING_DEPENDENCY("MissingDependency", 409, 5, true, "A required plugin is missing"),
    /** Plugins require each other in a circle. */
    DEPENDENCY_CYCLE("DependencyCycle", 409, 5, false, "Plugins require each other in a circle"),
    /** No set of versions satisfies every requirement. */
    VERSION_CONFLICT("VersionConflict", 409, 5, false, "Required versions contradict each other"),
    /** An archive with a name, link, size, ratio or layout that is not unpacked. */
    UNSAFE_ARCHIVE("UnsafeArchive", 422, 5, false, "Archive is unsafe"),
    /** Bytes that are no archive, are cut short, or are not those that were stored. */
    ARTIFACT_CORRUPT("ArtifactCorrupt", 422, 5, false, "Artifact is damaged"),
    /** A signature that does not fit the bytes. */
    SIGNATURE_INVALID("SignatureInvalid", 422, 5, false, "Signature does not fit"),
    /** An artifact from nobody whom the operator trusts, or an id that the operator has not allowed. */
    UNTRUSTED("Untrusted", 403, 5, false, "Plugin is not trusted"),
    /** An artifact that was withdrawn. */
    REVOKED("Revoked", 403, 5, false, "Plugin was revoked"),
    /** Configuration that breaks its schema. */
    INVALID_CONFIG("InvalidConfig", 422, 5, false, "Configuration is invalid"),
    /** A service or resource that the plugin did not declare or was not granted. */
    PERMISSION_DENIED("PermissionDenied", 403, 5, false, "Permission was not declared or not granted"),
    /** The artifact could not be read or its class loader could not be made. */
    LOAD_ERROR("LoadError", 500, 1, false, "Plugin could not be loaded"),
    /** A class or method that the plugin refers to does not exist in what it may see. */
    LINK_ERROR("LinkError", 422, 5, false, "Plugin refers to something it cannot see"),
    /** The plugin's constructor or {@code init} failed. */
    INIT_FAILED("InitFailed", 500, 1, false, "Plugin failed to initialise"),
    /** The plugin's {@code start} failed. */
    START_FAILED("StartFailed", 500, 1, false, "Plugin failed to start"),
    /** The new version's health is worse than the old one's. */
    PROBE_FAILED("ProbeFailed", 409, 5, false, "New version is less healthy"),
    /** A reload failed after loading began; the old generation serves on. */
    RELOAD_ROLLED_BACK("ReloadRolledBack", 409, 5, false, "Reload was rolled back"),
    /** A hook of the plugin did not return within its deadline. */
    HOOK_TIMEOUT("HookTimeout", 504, 1, false, "A hook of the plugin hangs"),
    /** The plugin threw something out of a call. */
    CALL_FAILED("CallFailed", 502, 1, false, "Call failed in the plugin"),
    /** A call did not end before its deadline. */
    CALL_TIMEOUT("CallTimeout", 504, 1, true, "Call passed its deadline"),
    /** A call was cancelled. */
    CALL_CANCELLED("CallCancelled", 409, 130, true, "Call was cancelled"),
    /** The plugin's process died. */
    CRASHED("Crashed", 502, 1, true, "Plugin process died"),
    /** The plugin's process did not complete its handshake. */
    HANDSHAKE_FAILED("HandshakeFailed", 502, 1, false, "Handshake failed"),
    /** Work that ran when the host died. */
    INTERRUPTED("Interrupted", 500, 1, true, "Interrupted by the end of the host"),
    /** A limit was reached. */
    LIMIT_EXCEEDED("LimitExceeded", 429, 5, true, "Limit was reached"),
    /** A demanded limit cannot be enforced in the chosen isolation. */
    LIMIT_UNENFORCEABLE("LimitUnenforceable", 422, 5, false, "Limit cannot be enforced"),
    /** So many generations of the plugin leaked that no further reload is made. */
    LEAK_LIMIT_REACHED("LeakLimitReached", 409, 5, false, "Too many generations leaked"),
    /** No space is left. */
    INSUFFICIENT_STORAGE("InsufficientStorage", 507, 1, true, "No space is left"),
    /** The request carries no valid token. */
    UNAUTHENTICATED("Unauthenticated", 401, 5, false, "Token is missing or wrong"),
    /** The plugin or host cannot answer now. */
    UNAVAILABLE("Unavailable", 503, 1, true, "Not available now"),
    /** Something that this plugin, host or system does not offer. */
    UNSUPPORTED("Unsupported", 422, 5, false, "Not supported"),
    /** A request that makes no sense. */
    INVALID_REQUEST("InvalidRequest", 400, 2, false, "Request is invalid"),
    /** Something else is under way that excludes this. */
    BUSY("Busy", 409, 5, true, "Busy"),
    /** The request contradicts what is there. */
    CONFLICT("Conflict", 409, 5, false, "Conflict"),
    /** What was named does not exist. */
    NOT_FOUND("NotFound", 404, 4, false, "Not found"),
    /** A defect of the host. */
    INTERNAL("Internal", 500, 1, false, "Internal error");

    private final String id;
    private final int httpStatus;
    private final int exitCode;
    private final boolean retryable;
    private final String title;

    ErrorCode(String id, int httpStatus, int exitCode, boolean retryable, String title) {
        this.id = id;
        this.httpStatus = httpStatus;
        this.exitCode = exitCode;
        this.retryable = retryable;
        this.title = title;
    }

    /** The code as it is written in REST, events, logs and on the command line, such as {@code InvalidConfig}. */
    public String id() {
        return id;
    }

    /** The HTTP status, 400 to 599. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The exit code of the command line: 1, 2, 4, 5 or 130. */
    public int exitCode() {
        return exitCode;
    }

    /** Whether the same request can succeed later without a change to it; a failure may say otherwise of itself. */
    public boolean retryable() {
        return retryable;
    }

    /** What the code means in a few words, the same for every failure with this code. */
    public String title() {
        return title;
    }

    /** The code with this {@link #id()}, if there is one. */
    public static Optional<ErrorCode> of(String id) {
        return Arrays.stream(values()).filter(code -> code.id.equals(id)).findFirst();
    }

    @Override
    public String toString() {
        return id;
    }
}
