package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.List;

/** What was found, in the order in which it was looked at. */
final class Diagnosis {
    private final List<Finding> findings = new ArrayList<>();

    enum Outcome {
        OK("ok"),
        WARN("warn"),
        FAIL("fail");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param check what
     * @param outcome how it is
     * @param detail what was seen
     * @param remedy what to do; empty if nothing
     */
    record Finding(String check, Outcome outcome, String detail, String remedy) {}

    void ok(String check, String detail) {
        findings.add(new Finding(check, Outcome.OK, detail, ""));
    }

    void warn(String check, String detail, String remedy) {
        findings.add(new Finding(check, Outcome.WARN, detail, remedy));
    }

    void fail(String check, String detail, String remedy) {
        findings.add(new Finding(check, Outcome.FAIL, detail, remedy));
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Whether something was found about this. */
    boolean knows(String check) {
        return findings.stream().anyMatch(finding -> finding.check().equals(check));
    }

    boolean anyFailed() {
        return findings.stream().anyMatch(finding -> finding.outcome() == Outcome.FAIL);
    }

    List<String> lines() {
        int widest = findings.stream()
                .mapToInt(finding -> Text.width(finding.check()))
                .max()
                .orElse(0);
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            String check = finding.check() + " ".repeat(widest - Text.width(finding.check()));
            String word = finding.outcome().word();
            lines.add(word + " ".repeat(6 - word.length()) + check + "  " + Text.clean(finding.detail()));
            if (!finding.remedy().isEmpty()) {
                lines.add(" ".repeat(6 + widest + 2) + "-> " + Text.clean(finding.remedy()));
            }
        }
        return lines;
    }
}
