package dev.plugbay.cli;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Sends one file as {@code multipart/form-data}, without holding it in memory. */
final class Upload {
    private Upload() {}

    static JsonNode send(Rest host, String path, String named) {
        Path file = Path.of(named).toAbsolutePath().normalize();
        if (Files.isDirectory(file)) {
            throw Failure.file(
                    file + " is a folder.",
                    "Pack it as zip or tar.gz, or copy it into the plugins folder of the host.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw Failure.file(
                    file + " is no regular file; to read a pipe or a device could take for ever.",
                    "Write its content to a file first.");
        }
        String boundary = "plugbay-" + UUID.randomUUID();
        String name = file.getFileName().toString().replace("\"", "%22").replaceAll("[\\r\\n]", "_");
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        BodyPublisher content;
        try {
            content = BodyPublishers.ofFile(file);
        } catch (FileNotFoundException e) {
            throw Failure.of(
                    "NotFound",
                    404,
                    "Not found",
                    "There is no file " + file + ", or it may not be read.",
                    "Check the path.");
        }
        BodyPublisher body = BodyPublishers.concat(text(head), content, text("\r\n--" + boundary + "--\r\n"));
        return host.post(path, "multipart/form-data; boundary=" + boundary, body);
    }

    private static HttpRequest.BodyPublisher text(String text) {
        return BodyPublishers.ofByteArray(text.getBytes(StandardCharsets.UTF_8));
    }
}
