package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file that hangs, as on a share whose server is gone: another process has a lease of it, so whoever opens it waits until that gives it up, or for 45 s. */
final class HeldFile implements AutoCloseable {
    private static final String LEASE =
            "$| = 1; $SIG{IO} = 'IGNORE'; open(F, '+<', $ARGV[0]) or die; fcntl(F, 1024, 1) or die; print \"ok\\n\"; <STDIN>";

    private final Process holder;

    private HeldFile(Process holder) {
        this.holder = holder;
    }

    static HeldFile of(Path file) throws IOException {
        Process holder = new ProcessBuilder("perl", "-e", LEASE, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ok");
        return new HeldFile(holder);
    }

    @Override
    public void close() throws IOException {
        holder.getOutputStream().close();
        assertThat(holder.onExit().join().exitValue()).isZero();
    }
}
