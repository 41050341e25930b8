package dev.plugbay.cli;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Why a command ends without success: a problem document, from the host or of the same shape, and the exit code. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ObjectNode problem;
    private final int exitCode;

    private Failure(ObjectNode problem, int exitCode) {
        super(problem.path("detail").asString(""));
        this.problem = problem;
        this.exitCode = exitCode;
    }

    /** What the host answered. */
    static Failure of(ObjectNode problem) {
        return new Failure(
                problem,
                ExitCodes.of(
                        problem.path("code").asString(""),
                        problem.path("status").asInt(500)));
    }

    /** Something that this command found out by itself. */
    static Failure of(String code, int status, String title, String detail, String remedy) {
        return of(problem(code, status, title, detail, remedy, false));
    }

    /** A command line that makes no sense. */
    static Failure usage(String detail, String remedy) {
        return of("InvalidRequest", 400, "Request is invalid", detail, remedy);
    }

    /** A file or folder that cannot be used. */
    static Failure file(String detail, String remedy) {
        return of("InvalidRequest", 400, "File cannot be used", detail, remedy);
    }

    /** No host answers. */
    static Failure unreachable(String detail, String remedy) {
        return new Failure(problem("Unavailable", 503, "No host answers", detail, remedy, true), ExitCodes.UNREACHABLE);
    }

    private static ObjectNode problem(
            String code, int status, String title, String detail, String remedy, boolean retryable) {
        ObjectNode problem = JsonNodeFactory.instance.objectNode();
        problem.put("type", "about:blank");
        problem.put("title", title);
        problem.put("status", status);
        problem.put("detail", detail);
        problem.put("code", code);
        if (!remedy.isEmpty()) {
            problem.put("remedy", remedy);
        }
        problem.put("retryable", retryable);
        return problem;
    }

    ObjectNode problem() {
        return problem;
    }

    int exitCode() {
        return exitCode;
    }

    /** What happened and why, in one line, and what to do, in a second one. */
    String forPeople() {
        String title = problem.path("title").asString("");
        String detail = problem.path("detail").asString("");
        StringBuilder text = new StringBuilder(detail.isEmpty() ? title : detail);
        String code = problem.path("code").asString("");
        String pointer = problem.path("pointer").asString("");
        if (!code.isEmpty()) {
            text.append(" [")
                    .append(code)
                    .append(pointer.isEmpty() ? "" : " at " + pointer)
                    .append(']');
        }
        // The host speaks to all its clients; to whoever types commands it is said as a command.
        String remedy = problem.path("remedy")
                .asString("")
                .replaceAll("GET /api/v1/(plugins|providers|vms|jobs)(?![/\\w])", "\"plugbay $1\"");
        String first = Text.clean(text.toString());
        return remedy.isEmpty() ? first : first + "\n  " + Text.clean(remedy);
    }
}
