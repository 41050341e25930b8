package dev.plugbay.plugins.qemu;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import dev.plugbay.cloud.LeashedProcess;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.regex.Pattern;

/**
 * The program {@code qemu-img}, which converts images.
 *
 * @param program its absolute path
 */
public record QemuImg(Path program) {
    /** What to do where it is missing. */
    public static final String REMEDY =
            "install qemu-img (package qemu-utils on Debian and Ubuntu, qemu-img on Fedora), or set \"qemuImg\" to where it is";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** The configured program, else the one in a search path such as {@code PATH}. */
    public static Optional<QemuImg> find(Optional<Path> configured, String searchPath) {
        List<Path> candidates = new ArrayList<>();
        if (configured.isPresent()) {
            candidates.add(configured.get());
        } else {
            for (String folder : searchPath.split(Pattern.quote(File.pathSeparator), -1)) {
                try {
                    candidates.add(Path.of(folder, "qemu-img"));
                } catch (InvalidPathException e) {
                    // what is no path is no folder either
                }
            }
        }
        return candidates.stream()
                .filter(path -> path.isAbsolute() && Files.isRegularFile(path) && Files.isExecutable(path))
                .findFirst()
                .map(QemuImg::new);
    }

    /**
     * Converts an image; the current call's cancellation kills the program.
     *
     * @param name what the image is called in failures
     * @param node the image as a block node in JSON, in which every file and format should be named
     * @param options such as {@code -O raw}
     * @param silence how long the program may do nothing at all: neither work, nor report, nor write
     * @param percent hears 0 to 100, never going back
     */
    public void convert(
            String name, String node, List<String> options, Path target, Duration silence, DoubleConsumer percent) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "convert", "-p"));
        command.addAll(options);
        command.add("json:" + node);
        command.add(target.toAbsolutePath().toString());
        CallContext call = CallContext.current();
        call.throwIfCancelled();
        try {
            String output;
            int exit;
            try (LeashedProcess process = start(command);
                    Registration _ = call.onCancel(process::kill)) {
                output = follow(process, percent, new QemuSilence(process, target, silence), call);
                exit = process.waitFor();
            }
            call.throwIfCancelled();
            if (exit != 0) {
                throw failure(exit, output, name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.throwIfCancelled();
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the conversion was interrupted", e);
        } catch (IOException e) {
            call.throwIfCancelled();
            throw new PluginException(ErrorCode.CALL_FAILED, program + " cannot be run: " + e.getMessage(), e);
        }
    }

    private static LeashedProcess start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"));
        environment.put("LC_ALL", "C"); // its messages are read below
        return LeashedProcess.start(builder);
    }

    /** Reads progress until the end of the output; returns the end of what else was said. */
    private static String follow(LeashedProcess process, DoubleConsumer percent, QemuSilence silence, CallContext call)
            throws IOException, InterruptedException {
        InputStream in = process.output();
        QemuOutput output = new QemuOutput(new QemuProgress(percent));
        byte[] bytes = new byte[1024];
        while (true) {
            call.throwIfCancelled();
            // What has been written stays to be read when the program has ended, and then reading does not wait.
            if (in.available() == 0 && process.isAlive()) {
                silence.check();
                Thread.sleep(LOOK_AGAIN);
                continue;
            }
            int count = in.read(bytes);
            if (count < 0) {
                return output.said();
            }
            silence.broken();
            output.read(bytes, count);
        }
    }

    private static PluginException failure(int exit, String output, String name) {
        if (output.contains("No space left on device") || output.contains("Disk quota exceeded")) {
            return new PluginException(ErrorCode.INSUFFICIENT_STORAGE, "no space is left to convert " + name);
        }
        if (output.contains("Failed to get shared \"write\" lock")
                || output.contains("Is another process using the image")) {
            return new PluginException(ErrorCode.BUSY, name + " is in use by another program: " + output);
        }
        return new PluginException(
                ErrorCode.CALL_FAILED, "qemu-img failed on " + name + " (exit " + exit + "): " + output);
    }
}
