package dev.plugbay.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Examines this machine, the home folder and the host. */
@Command(
        name = "doctor",
        description = "Check Java, Maven, the home folder and the host, and say what to mend; 1 if anything fails.")
final class DoctorCommand implements Callable<Integer> {
    private static final Duration EXAMINATION_LIMIT = Duration.ofMinutes(2);

    private final Session session;

    DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Console console = session.console();
        Diagnosis diagnosis = new Diagnosis();
        new MachineChecks(console).run(diagnosis);
        new HomeChecks(HomeFolder.of(console)).run(diagnosis);
        new HomeExamination(HomeFolder.of(console), System.getProperty("plugbay.host", ""), EXAMINATION_LIMIT)
                .run(diagnosis);
        new HostChecks(session).run(diagnosis);
        List<Diagnosis.Finding> findings = diagnosis.findings();
        ObjectNode result = Json.object();
        ArrayNode items = result.putArray("items");
        for (Diagnosis.Finding finding : findings) {
            ObjectNode item = items.addObject();
            item.put("check", finding.check());
            item.put("outcome", finding.outcome().word());
            item.put("detail", finding.detail());
            if (!finding.remedy().isEmpty()) {
                item.put("remedy", finding.remedy());
            }
        }
        result.put("ok", !diagnosis.anyFailed());
        session.show(result, diagnosis::lines);
        return diagnosis.anyFailed() ? ExitCodes.FAILED : ExitCodes.OK;
    }
}
