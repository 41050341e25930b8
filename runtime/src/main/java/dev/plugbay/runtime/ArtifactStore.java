package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps artifacts, content-addressed and read-only, in {@code artifacts/<sha256>/} of the home folder: {@code files/} with what was unpacked, {@code SHA256SUMS} with their hashes,
 * and for zip and tar.gz archives the {@code archive} as it came. Nothing is ever loaded from the file that was dropped.
 *
 * <p>Concurrency: each {@code ingest} works in a staging folder of its own; only putting the result in place, and deleting, are under the lock. A folder appears under its
 * final name by one rename, complete and synced, or not at all.
 */
final class ArtifactStore {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactStore.class);
    private static final String STAGING = ".staging-";

    private final Path root;
    private final ConfigValidator validator;
    private final UnpackBudget.Caps caps;
    private final ReentrantLock placing = new ReentrantLock();

    /** The store of a home folder; checks configuration schemas with the runtime's own validator. */
    ArtifactStore(Path home) {
        this(home, new BasicConfigValidator(), UnpackBudget.Caps.standard());
    }

    /** The store of a home folder. */
    ArtifactStore(Path home, ConfigValidator validator, UnpackBudget.Caps caps) {
        this.root = home.toAbsolutePath().normalize().resolve("artifacts");
        this.validator = validator;
        this.caps = caps;
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw IoFailures.of(e, "The artifact store could not be made");
        }
    }

    /**
     * Takes a jar, archive or folder into the store; one that is already there is checked and used. On failure the store is as before.
     *
     * @throws PlugbayException {@link ErrorCode#UNSAFE_ARCHIVE}, {@link ErrorCode#ARTIFACT_CORRUPT}, {@link ErrorCode#MANIFEST_NOT_FOUND}, {@link ErrorCode#INVALID_MANIFEST}, {@link
     *     ErrorCode#INCOMPATIBLE_API}, {@link ErrorCode#INSUFFICIENT_STORAGE}, {@link ErrorCode#UNAVAILABLE}
     */
    Artifact ingest(Path candidate) {
        Path file = candidate.toAbsolutePath().normalize();
        String origin = String.valueOf(file.getFileName());
        BasicFileAttributes attributes = look(file, origin);
        Path staging = null;
        try {
            staging = Files.createTempDirectory(root, STAGING);
            Staging.Staged staged = new Staging(staging, caps, origin).take(file.toRealPath(), attributes);
            Manifest manifest = ManifestReader.read(staged.manifest(), origin);
            checkSchema(manifest);
            List<Path> classpath = classpath(staging, manifest);
            new ClassFileCheck().check(classpath, manifest.id());
            FileTrees.seal(staging);
            place(staging, staged.sha256());
            return artifact(staged.sha256(), manifest);
        } catch (IOException e) {
            throw IoFailures.of(e, origin + " could not be taken into the artifact store");
        } finally {
            clean(staging);
        }
    }

    private static BasicFileAttributes look(Path file, String origin) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw PlugbayException.of(ErrorCode.ARTIFACT_CORRUPT, "There is no file " + file + ".")
                    .remedy("Check the path.")
                    .build();
        } catch (IOException e) {
            throw IoFailures.of(e, origin + " could not be read");
        }
    }

    private void checkSchema(Manifest manifest) {
        try {
            validator.checkSchema(manifest.configSchema());
        } catch (PlugbayException e) {
            throw PlugbayException.of(ErrorCode.INVALID_MANIFEST, e.detail())
                    .plugin(manifest.id())
                    .pointer("/configSchema" + e.pointer().orElse(""))
                    .build();
        }
    }

    private void place(Path staging, String sha256) throws IOException {
        Path target = root.resolve(sha256);
        placing.lock();
        try {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                if (isIntact(target, sha256)) {
                    return;
                }
                LOG.warn("Artifact {} was damaged in the store and is replaced", sha256);
                discard(target);
            }
            Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
            FileTrees.sync(root);
        } finally {
            placing.unlock();
        }
    }

    private void discard(Path target) throws IOException {
        Path away = Files.createTempDirectory(root, STAGING);
        Files.move(target, away, StandardCopyOption.ATOMIC_MOVE); // onto an empty folder
        FileTrees.delete(away);
    }

    private static void clean(@Nullable Path staging) {
        if (staging != null) {
            try {
                FileTrees.delete(staging);
            } catch (IOException e) {
                LOG.warn(
                        "The staging folder {} could not be deleted; the next start does it: {}",
                        staging,
                        e.toString());
            }
        }
    }

    /**
     * A stored artifact, checked against its hash.
     *
     * @throws PlugbayException {@link ErrorCode#ARTIFACT_CORRUPT} when its bytes are not those that were stored
     */
    Optional<Artifact> open(String sha256) {
        Path folder = folder(sha256);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            if (!isIntact(folder, sha256)) {
                throw PlugbayException.of(
                                ErrorCode.ARTIFACT_CORRUPT,
                                "The stored artifact sha256:" + sha256
                                        + " is damaged: its bytes are not those that were stored.")
                        .remedy("Install the plugin again.")
                        .build();
            }
            Path files = folder.resolve(Staging.FILES);
            String origin = "sha256:" + sha256.substring(0, 12);
            Path jar = files.resolve(Staging.JAR);
            byte[] manifest = Files.exists(files.resolve(Staging.MANIFEST), LinkOption.NOFOLLOW_LINKS)
                    ? FolderFiles.manifest(files, origin)
                    : Staging.manifestOfJar(jar, origin);
            return Optional.of(artifact(sha256, ManifestReader.read(manifest, origin)));
        } catch (IOException e) {
            throw IoFailures.of(e, "The stored artifact sha256:" + sha256 + " could not be read");
        }
    }

    /** Where an artifact lies, or would. */
    Path folder(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256: " + Json.quoted(sha256));
        }
        return root.resolve(sha256);
    }

    private Artifact artifact(String sha256, Manifest manifest) throws IOException {
        Path folder = root.resolve(sha256);
        return new Artifact(sha256, folder.resolve(Staging.FILES), manifest, classpath(folder, manifest));
    }

    /** Whether the files are exactly those listed, and the list, archive or jar has the hash in the folder's name. */
    private static boolean isIntact(Path folder, String sha256) throws IOException {
        SortedMap<String, String> found = hashes(folder.resolve(Staging.FILES));
        StringBuilder list = new StringBuilder();
        found.forEach(
                (path, hash) -> list.append(hash).append("  ").append(path).append('\n'));
        Path sums = folder.resolve(Staging.SUMS);
        if (!Files.isRegularFile(sums, LinkOption.NOFOLLOW_LINKS)
                || !Files.readString(sums, StandardCharsets.UTF_8).contentEquals(list)) {
            return false;
        }
        Path archive = folder.resolve(Staging.ARCHIVE);
        if (Files.isRegularFile(archive, LinkOption.NOFOLLOW_LINKS)) {
            return Hashes.of(archive).equals(sha256);
        }
        return sha256.equals(found.get(Staging.JAR)) || Hashes.ofList(found).equals(sha256);
    }

    private static SortedMap<String, String> hashes(Path files) throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        if (!Files.isDirectory(files, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        Files.walkFileTree(files, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = files.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/");
                found.put(name, attributes.isRegularFile() ? Hashes.of(file) : "not a file");
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** The jars that the manifest's patterns name, each pattern's in the order of their names. */
    private static List<Path> classpath(Path folder, Manifest manifest) throws IOException {
        Path files = folder.resolve(Staging.FILES);
        if (manifest.runtime().kind() != Manifest.Kind.JAVA) {
            return List.of();
        }
        Path jar = files.resolve(Staging.JAR);
        if (!Files.exists(files.resolve(Staging.MANIFEST)) && Files.exists(jar)) {
            return List.of(jar);
        }
        List<Path> classpath = new ArrayList<>();
        List<String> patterns = manifest.runtime().classpath();
        for (int i = 0; i < patterns.size(); i++) {
            List<Path> matching = matching(files, patterns.get(i));
            if (matching.isEmpty()) {
                throw PlugbayException.of(
                                ErrorCode.INVALID_MANIFEST,
                                "The manifest of " + manifest.id() + " names jars that are not there: "
                                        + Json.quoted(patterns.get(i)) + ".")
                        .plugin(manifest.id())
                        .pointer("/runtime/classpath/" + i)
                        .remedy("Put the plugin's jars there, or correct the pattern.")
                        .build();
            }
            matching.stream().filter(path -> !classpath.contains(path)).forEach(classpath::add);
        }
        return classpath;
    }

    private static List<Path> matching(Path files, String pattern) throws IOException {
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        try (var all = Files.walk(files)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> matcher.matches(files.relativize(file)))
                    .filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** Deletes every artifact but those named, and what interrupted work left. To be called when nothing else uses the store. */
    void sweep(Set<String> keep) {
        placing.lock();
        try (DirectoryStream<Path> each = Files.newDirectoryStream(root)) {
            for (Path path : each) {
                if (!keep.contains(path.getFileName().toString())) {
                    FileTrees.delete(path);
                }
            }
        } catch (IOException e) {
            throw IoFailures.of(e, "The artifact store could not be swept");
        } finally {
            placing.unlock();
        }
    }

    /** Deletes an artifact, if it is there. */
    void delete(String sha256) {
        placing.lock();
        try {
            Path folder = folder(sha256);
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                discard(folder);
            }
        } catch (IOException e) {
            throw IoFailures.of(e, "The artifact sha256:" + sha256 + " could not be deleted");
        } finally {
            placing.unlock();
        }
    }
}
