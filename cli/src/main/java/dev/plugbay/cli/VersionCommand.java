package dev.plugbay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The versions of the command, of Java, and of the host if one answers. */
@Command(name = "version", description = "Print the version of this command, and of the host if one answers.")
final class VersionCommand implements Callable<Integer> {
    private final Session session;

    VersionCommand(Session session) {
        this.session = session;
    }

    /** The version that was built. */
    static String ofCommand() {
        Properties build = new Properties();
        try (InputStream file = VersionCommand.class.getResourceAsStream("build.properties")) {
            if (file != null) {
                build.load(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("build.properties cannot be read", e);
        }
        return build.getProperty("version", "unknown");
    }

    @Override
    public Integer call() {
        ObjectNode versions = Json.object();
        versions.put("cli", ofCommand());
        versions.put("java", Runtime.version().toString());
        List<String> lines = new ArrayList<>();
        lines.add("plugbay " + ofCommand() + " (Java " + Runtime.version() + ")");
        try {
            JsonNode host = session.host().get("/api/v1/version");
            versions.set("host", host);
            lines.add("host    "
                    + Text.clean(Json.text(host, "version") + " at "
                            + session.host().address().url()));
        } catch (Failure noHost) {
            // The version of the command is worth knowing without a host too.
        }
        session.show(versions, () -> lines);
        return ExitCodes.OK;
    }
}
