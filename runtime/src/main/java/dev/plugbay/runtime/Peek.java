package dev.plugbay.runtime;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * What can be told of a candidate without storing it. Only a hint: what is loaded is checked again when it is taken into the store.
 *
 * @param manifest its manifest
 * @param sha256 the hash that its artifact would have
 */
record Peek(Manifest manifest, String sha256) {
    /** Looks at a candidate; fails as {@link ArtifactStore#ingest} does, where the same fault shows. */
    static Peek at(Path path, FileStamp.Kind kind) throws IOException {
        String origin = String.valueOf(path.getFileName());
        return switch (kind) {
            case FOLDER ->
                new Peek(
                        ManifestReader.read(FolderFiles.manifest(path, origin), origin),
                        hashOfFolder(path.toRealPath()));
            case FILE -> new Peek(ManifestReader.read(manifest(path, origin), origin), Hashes.of(path.toRealPath()));
            case OTHER -> throw EntryNames.unsafe(origin + " is neither a file nor a folder");
        };
    }

    private static byte[] manifest(Path path, String origin) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(2);
        }
        return head.length == 2 && head[0] == 0x1f && head[1] == (byte) 0x8b
                ? manifestOfTar(path, origin)
                : Staging.manifestOfJar(path, origin);
    }

    private static byte[] manifestOfTar(Path path, String origin) throws IOException {
        UnpackBudget budget = new UnpackBudget(UnpackBudget.Caps.standard());
        try (InputStream in = new MeasuredStream(
                new GZIPInputStream(Files.newInputStream(path), 64 << 10), Files.size(path), budget, origin)) {
            TarReader tar = new TarReader(in);
            for (var next = tar.next(); next.isPresent(); next = tar.next()) {
                TarReader.Entry entry = next.get();
                if (entry.name().equals(Staging.MANIFEST)) {
                    if (entry.size() > ManifestReader.MAX_BYTES) {
                        throw ManifestReader.tooLarge(origin);
                    }
                    return entry.content().readAllBytes();
                }
            }
        } catch (EOFException | ZipException e) {
            throw ZipArchive.corrupt("it is damaged or was cut short");
        }
        throw Staging.noManifest(origin);
    }

    private static String hashOfFolder(Path folder) throws IOException {
        TreeMap<String, String> hashes = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = folder.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/");
                if (!attributes.isRegularFile() || Files.isSymbolicLink(file)) {
                    throw EntryNames.unsafe(
                            name, attributes.isSymbolicLink() ? "is a link" : "is neither a file nor a folder");
                }
                hashes.put(name, Hashes.of(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return Hashes.ofList(hashes);
    }

    /** Whether a folder holds something called {@code manifest.json}, of whatever kind. */
    static boolean isPluginFolder(Path folder) {
        return Files.isDirectory(folder) && Files.exists(folder.resolve(Staging.MANIFEST), LinkOption.NOFOLLOW_LINKS);
    }
}
