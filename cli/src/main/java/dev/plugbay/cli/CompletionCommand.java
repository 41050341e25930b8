package dev.plugbay.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A completion script for the shell. */
@Command(
        name = "completion",
        description = {"Print a completion script.", "In ~/.bashrc or ~/.zshrc: source <(plugbay completion)"})
final class CompletionCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            paramLabel = "SHELL",
            arity = "0..1",
            defaultValue = "bash",
            description = "bash or zsh; the script suits both. Default: bash.")
    private Shell shell = Shell.BASH;

    CompletionCommand(Session session) {
        this.session = session;
    }

    enum Shell {
        BASH,
        ZSH
    }

    @Override
    public Integer call() {
        if (shell == Shell.ZSH) {
            session.console().print("autoload -U +X compinit && compinit");
        }
        session.console().print(AutoComplete.bash("plugbay", new Cli(session.console()).model()));
        return ExitCodes.OK;
    }
}
