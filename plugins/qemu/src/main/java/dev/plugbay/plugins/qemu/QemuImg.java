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

    private static final int KEPT_OUTPUT = 4096;

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
     * @param percent hears 0 to 100, never going back
     */
    public void convert(String name, String node, List<String> options, Path target, DoubleConsumer percent) {
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
                output = follow(process.output(), percent, call);
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
    private static String follow(InputStream in, DoubleConsumer percent, CallContext call) throws IOException {
        StringBuilder said = new StringBuilder();
        StringBuilder line = new StringBuilder();
        QemuProgress progress = new QemuProgress(percent);
        byte[] bytes = new byte[1024];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            for (int i = 0; i < count; i++) {
                char c = (char) (bytes[i] & 0xff);
                if (c != '\r' && c != '\n') {
                    line.append(c);
                    continue;
                }
                if (!progress.read(line.toString().strip()) && !line.toString().isBlank()) {
                    said.append(said.isEmpty() ? "" : "; ")
                            .append(line.toString().strip());
                    said.delete(0, Math.max(0, said.length() - KEPT_OUTPUT));
                }
                line.setLength(0);
            }
            line.delete(0, Math.max(0, line.length() - KEPT_OUTPUT));
            call.throwIfCancelled();
        }
        return said.isEmpty() ? "no message" : said.toString();
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
