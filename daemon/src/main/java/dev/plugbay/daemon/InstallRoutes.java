package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.PluginStatus;
import io.javalin.http.Context;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Installing a plugin by upload: {@code multipart/form-data} with one file part, whatever its name. */
final class InstallRoutes implements Routes {
    private static final long MOST_BYTES = 1L << 30;
    private static final int LONGEST_NAME = 100;
    private static final int IN_MEMORY = 64 * 1024;

    private final PluginHost host;
    private final Requests requests;
    private final Path uploads;

    /**
     * The routes.
     *
     * @param uploads the folder where uploads lie until they are installed
     */
    InstallRoutes(PluginHost host, Requests requests, Path uploads) {
        this.host = host;
        this.requests = requests;
        this.uploads = uploads;
    }

    @Override
    public void addTo(RouteTable table) {
        table.post("/api/v1/plugins/install", this::install);
    }

    private void install(Context ctx) throws Exception {
        try {
            receive(ctx);
        } catch (IOException failure) {
            if (FileFailures.isFull(String.valueOf(failure.getMessage()))) {
                throw FileFailures.full(uploads, "the upload could not be kept");
            }
            throw FileFailures.of("keep the upload in", uploads, failure);
        }
    }

    private void receive(Context ctx) throws Exception {
        boolean dryRun = Requests.flag(ctx, "dryRun");
        if (!ctx.isMultipartFormData()) {
            throw new Requests.UnsupportedMediaType(String.valueOf(ctx.contentType()), "multipart/form-data");
        }
        ctx.req()
                .setAttribute(
                        "org.eclipse.jetty.multipartConfig",
                        new MultipartConfigElement(uploads.toString(), MOST_BYTES, MOST_BYTES, IN_MEMORY));
        Part part = onlyFile(parts(ctx));
        Path folder = Files.createTempDirectory(uploads, "upload-");
        Path file = folder.resolve(fileName(part.getSubmittedFileName()));
        try {
            try (InputStream in = part.getInputStream();
                    OutputStream out = Files.newOutputStream(file)) {
                in.transferTo(out);
            }
            part.delete();
            PluginStatus status = host.call(requests.options(ctx), () -> host.install(file, dryRun));
            requests.reply(ctx, dryRun ? 200 : 201, status);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private Collection<Part> parts(Context ctx) throws IOException {
        try {
            return ctx.req().getParts();
        } catch (jakarta.servlet.ServletException | IllegalStateException e) {
            if (saysFull(e) || Files.getFileStore(uploads).getUsableSpace() < ctx.contentLength()) {
                throw FileFailures.full(uploads, "the upload could not be kept");
            }
            throw unreadable();
        }
    }

    /** Whether the server's failure comes from a full disk, which it keeps to its causes. */
    private static boolean saysFull(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (FileFailures.isFull(String.valueOf(at.getMessage())) || at instanceof FileSystemException) {
                return true;
            }
        }
        return false;
    }

    private static PlugbayException unreadable() {
        return PlugbayException.of(ErrorCode.INVALID_REQUEST, "The upload cannot be read, or is larger than 1 GiB.")
                .remedy("Send multipart/form-data with one file: curl -F file=@plugin.jar")
                .build();
    }

    private static Part onlyFile(Collection<Part> parts) {
        List<Part> files = parts.stream()
                .filter(part -> part.getSubmittedFileName() != null)
                .toList();
        if (files.size() != 1) {
            throw PlugbayException.of(
                            ErrorCode.INVALID_REQUEST,
                            "The upload has " + files.size() + " files; it takes exactly one.")
                    .remedy("Send one file: curl -F file=@plugin.jar")
                    .build();
        }
        return files.getFirst();
    }

    /** The client's name for the file, for messages: its last part, and of that only what is harmless everywhere. */
    private static String fileName(String given) {
        String name = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
                .replaceAll("[^A-Za-z0-9._+-]", "_");
        boolean usable = !name.isEmpty() && name.length() <= LONGEST_NAME && !name.startsWith(".");
        return usable ? name : "plugin.jar";
    }
}
