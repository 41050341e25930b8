package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.VmInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a finished export consists of: the files that the provider says it wrote, checked, and those that the host adds.
 *
 * <p>Places and sizes are checked here. The hashes are the provider's, taken while it wrote: reading a disk a second time to check them would
 * double the time, and whoever wants to does it with {@code sha256sum -c}.
 */
final class ExportFiles {
    /** The machine and the result, as JSON. */
    static final String VM = "vm.json";

    /** The hashes, as {@code sha256sum -c} reads them. */
    static final String SUMS = "SHA256SUMS";

    private static final Logger LOG = LoggerFactory.getLogger(ExportFiles.class);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final Provider provider;
    private final Json json;

    ExportFiles(Path folder, Provider provider, Json json) {
        this.folder = folder;
        this.provider = provider;
        this.json = json;
    }

    /**
     * Checks what the provider says and removes what it does not mention.
     *
     * @return its files, with paths relative to the folder
     * @throws PlugbayException {@link ErrorCode#CALL_FAILED} when something is not as it says
     */
    List<ExportedFile> verify(ExportResult result, ExportOptions options) throws IOException {
        if (result.files().isEmpty()) {
            throw lie("says that it wrote no file");
        }
        if (options.consistency() == Consistency.FILESYSTEM && result.consistency() != Consistency.FILESYSTEM) {
            throw lie("reached only consistency " + result.consistency() + " where FILESYSTEM was asked for");
        }
        Path real = folder.toRealPath();
        List<ExportedFile> files = new ArrayList<>();
        Set<Path> seen = new TreeSet<>();
        for (ExportedFile file : result.files()) {
            ExportedFile checked = check(file, real);
            if (!seen.add(checked.path())) {
                throw lie("names " + checked.path() + " twice");
            }
            files.add(checked);
        }
        removeOthers(seen);
        return files;
    }

    private ExportedFile check(ExportedFile file, Path real) throws IOException {
        Path path = folder.resolve(file.path()).normalize();
        if (!path.startsWith(folder) || path.equals(folder)) {
            throw lie("names " + file.path() + ", which is outside of the folder that it was given");
        }
        Path relative = folder.relativize(path);
        if (relative.equals(Path.of(VM)) || relative.equals(Path.of(SUMS))) {
            throw lie("names " + relative + ", which the host writes");
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                || !path.toRealPath().equals(real.resolve(relative))) {
            throw lie("names " + relative + ", which is not a file there"
                    + (Files.isSymbolicLink(path) ? " but a link" : ""));
        }
        if (links(path) > 1) {
            throw lie("names " + relative + ", which is a hard link to a file that others can change");
        }
        long size = Files.size(path);
        if (size != file.bytes()) {
            throw lie("says that " + relative + " has " + file.bytes() + " bytes, but it has " + size);
        }
        if (!SHA256.matcher(file.sha256()).matches()) {
            throw lie("gives no SHA-256 of " + relative);
        }
        return new ExportedFile(relative, size, file.sha256());
    }

    private static int links(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? (int) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                : 1;
    }

    private void removeOthers(Set<Path> kept) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!kept.contains(folder.relativize(file))) {
                    LOG.warn("Provider {} left {} behind; it is removed", provider.instance(), file.getFileName());
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                Path relative = folder.relativize(dir);
                if (!dir.equals(folder) && kept.stream().noneMatch(file -> file.startsWith(relative))) {
                    Files.delete(dir);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Adds {@value #VM} and {@value #SUMS}.
     *
     * @return all files with a hash, with paths relative to the folder
     */
    List<ExportedFile> complete(VmInfo vm, ExportResult result, List<ExportedFile> files) throws IOException {
        byte[] description = json.write(description(
                vm,
                result.toBuilder().provider(provider.instance()).files(files).build()));
        write(VM, description);
        List<ExportedFile> all = new ArrayList<>(files);
        all.add(new ExportedFile(Path.of(VM), description.length, sha256(description)));
        StringBuilder sums = new StringBuilder();
        all.forEach(file -> sums.append(sum(file)));
        write(SUMS, sums.toString().getBytes(StandardCharsets.UTF_8));
        return all;
    }

    private static Map<String, Object> description(VmInfo vm, ExportResult result) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("vm", vm);
        description.put("export", result);
        return description;
    }

    private void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** A line as {@code sha256sum} writes it: names with a backslash or line break are escaped, and the line says so. */
    static String sum(ExportedFile file) {
        String name = file.path().toString();
        String escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return (escaped.equals(name) ? "" : "\\") + file.sha256() + "  " + escaped + "\n";
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private PlugbayException lie(String what) {
        return PlugbayException.of(
                        ErrorCode.CALL_FAILED,
                        "The export is refused, because provider " + provider.instance() + " " + what + ".")
                .plugin(provider.plugin())
                .instance(provider.instance())
                .remedy("This is a defect of the plugin; tell its author.")
                .build();
    }
}
