package dev.plugbay.cloud;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that never outlives this process, not even one that is ended by {@code kill -9}: no orphan goes on writing into a folder that the next start of the host clears.
 *
 * <p>Java cannot ask the system to end a child with its parent, but a pipe ends with whoever holds its other end, however that goes. So a
 * small shell starts the program and a watcher that reads from its own standard input, whose other end is here; when the pipe closes, the watcher ends the program.
 * Where there is no {@code /bin/sh} the program is started plainly.
 */
public final class LeashedProcess implements AutoCloseable {
    private static final Path SHELL = Path.of("/bin/sh");

    /** The watcher uses nothing but what is built into the shell: it needs no PATH, and it is a single process. */
    private static final String SCRIPT = """
            exec 3<&0 </dev/null
            "$@" 3<&- &
            child=$!
            { read -r _ <&3; kill -9 "$child"; } >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait "$child"
            status=$?
            kill -9 "$watcher" 2>/dev/null
            exit "$status"
            """;

    private final Process process;
    private final boolean leashed;

    private LeashedProcess(Process process, boolean leashed) {
        this.process = process;
        this.leashed = leashed;
    }

    /**
     * Starts a program; it reads nothing, and where the builder lets it, what it says is read from {@link #output()}.
     *
     * @param builder its command, folder, environment and outputs; its input is not used, and the builder is not changed
     * @throws IOException when it cannot be started; a program that does not exist may also be told by exit code 127
     */
    public static LeashedProcess start(ProcessBuilder builder) throws IOException {
        boolean leashed = Files.isExecutable(SHELL);
        List<String> command = new ArrayList<>();
        if (leashed) {
            command.addAll(List.of(SHELL.toString(), "-c", SCRIPT, "leash"));
        }
        command.addAll(builder.command());
        ProcessBuilder own = new ProcessBuilder(command)
                .directory(builder.directory())
                .redirectErrorStream(builder.redirectErrorStream())
                .redirectOutput(builder.redirectOutput())
                .redirectError(builder.redirectError());
        own.environment().clear();
        own.environment().putAll(builder.environment());
        if (!leashed && File.separatorChar == '/') {
            own.redirectInput(new File("/dev/null"));
        }
        return new LeashedProcess(own.start(), leashed);
    }

    /** What the program writes to its standard output. */
    public InputStream output() {
        return process.getInputStream();
    }

    /** What the program writes to its standard error, where the builder did not merge the two. */
    public InputStream errors() {
        return process.getErrorStream();
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The processor time that the program, with those that it has started, has used so far; zero where the system does not tell, or when it has ended. */
    public Duration cpuTime() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .flatMap(each -> each.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** Ends the program at once and returns; {@link #waitFor()} tells when it is gone. */
    public void kill() {
        if (!leashed) {
            process.destroyForcibly();
            return;
        }
        try (OutputStream leash = process.getOutputStream()) {
            leash.flush();
        } catch (IOException e) {
            // The shell is gone, and the program with it.
        }
    }

    /** Waits until the program is gone, and answers with its exit code; 137 when it was ended by {@link #kill()}. */
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends the program if it still runs, and waits until it is gone, even when interrupted: files it writes can be deleted afterwards. */
    @Override
    public void close() {
        kill();
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
