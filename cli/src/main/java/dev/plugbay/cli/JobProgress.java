package dev.plugbay.cli;

import tools.jackson.databind.JsonNode;

/** Shows how far a job is: a bar on a terminal, now and then a line elsewhere, nothing beside JSON. */
interface JobProgress extends AutoCloseable {
    static JobProgress of(Session session) {
        if (session.json()) {
            return new Silent();
        }
        return session.console().errIsTerminal()
                        && !session.console().variable("TERM").equals("dumb")
                ? new ProgressOnTerminal(session.console())
                : new ProgressInLines(session.console());
    }

    /** Shows the job as it is now. */
    void show(JsonNode job);

    /** Says something in between. */
    void say(String message);

    @Override
    void close();

    /** Shows nothing. */
    final class Silent implements JobProgress {
        @Override
        public void show(JsonNode job) {}

        @Override
        public void say(String message) {}

        @Override
        public void close() {}
    }
}
