package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Copies one candidate into a folder of its own and unpacks it there. The candidate is read once; everything after that is done with the copy, so
 * that nobody can change what was checked. One thread, used once.
 */
final class Staging {
    /** The archive as it came, beside what was unpacked from it. */
    static final String ARCHIVE = "archive";

    /** The folder of unpacked files. */
    static final String FILES = "files";

    /** The list of unpacked files with their hashes. */
    static final String SUMS = "SHA256SUMS";

    /** The name of a jar among the files. */
    static final String JAR = "plugin.jar";

    static final String MANIFEST = "manifest.json";
    static final String JAR_MANIFEST = "META-INF/plugbay/manifest.json";

    private final Path folder;
    private final Path files;
    private final UnpackBudget.Caps caps;
    private final String origin;
    private final SortedMap<String, String> sums = new TreeMap<>();

    Staging(Path folder, UnpackBudget.Caps caps, String origin) {
        this.folder = folder;
        this.files = folder.resolve(FILES);
        this.caps = caps;
        this.origin = origin;
    }

    /** What was staged. */
    static final class Staged {
        private final String sha256;
        private final byte[] manifest;

        private Staged(String sha256, byte[] manifest) {
            this.sha256 = sha256;
            this.manifest = manifest;
        }

        /** The artifact's hash. */
        String sha256() {
            return sha256;
        }

        /** The manifest's bytes. */
        byte[] manifest() {
            return manifest;
        }
    }

    /** Takes in a file or folder, which {@code attributes} describe. */
    Staged take(Path candidate, BasicFileAttributes attributes) throws IOException {
        Staged staged;
        Files.createDirectory(files);
        if (attributes.isDirectory()) {
            staged = copyFolder(candidate);
        } else if (attributes.isRegularFile()) {
            staged = archive(candidate);
        } else {
            throw EntryNames.unsafe(candidate.getFileName() + " is neither a file nor a folder");
        }
        StringBuilder list = new StringBuilder();
        sums.forEach((path, hash) -> list.append(hash).append("  ").append(path).append('\n'));
        Hashes.write(folder.resolve(SUMS), out -> out.write(list.toString().getBytes(StandardCharsets.UTF_8)));
        return staged;
    }

    private Staged archive(Path candidate) throws IOException {
        Path archive = folder.resolve(ARCHIVE);
        String sha256 = Hashes.write(archive, out -> {
            byte[] buffer = new byte[64 << 10];
            long total = 0;
            try (InputStream in = Files.newInputStream(candidate)) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    total += count;
                    if (total > caps.bytes()) {
                        throw EntryNames.unsafe("it has more than " + caps.bytes() + " bytes");
                    }
                    out.write(buffer, 0, count);
                }
            }
        });
        byte[] head;
        try (InputStream in = Files.newInputStream(archive)) {
            head = in.readNBytes(2);
        }
        if (head.length == 2 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
            try {
                return new Staged(sha256, tar(archive));
            } catch (EOFException | ZipException e) {
                throw ZipArchive.corrupt("it is damaged or was cut short");
            }
        }
        try {
            return zip(archive, sha256);
        } catch (EOFException e) {
            throw ZipArchive.corrupt("it was cut short");
        }
    }

    private Staged zip(Path archive, String sha256) throws IOException {
        UnpackBudget budget = new UnpackBudget(caps);
        byte[] manifest;
        boolean jar;
        try (ZipArchive zip = ZipArchive.open(archive, caps)) {
            jar = zip.entries().stream().anyMatch(entry -> entry.name().equals(JAR_MANIFEST));
            EntryNames names = new EntryNames(jar);
            zip.entries().forEach(entry -> names.add(entry.name()));
            manifest = manifest(zip, jar ? JAR_MANIFEST : MANIFEST, budget);
            for (ZipArchive.Entry entry : zip.entries()) {
                budget.entry();
                if (jar) { // not unpacked, but measured: the class loader will inflate the same bytes
                    zip.copy(entry, OutputStream.nullOutputStream(), budget);
                } else if (entry.folder()) {
                    Files.createDirectories(files.resolve(entry.name()));
                } else {
                    put(entry.name(), out -> zip.copy(entry, out, budget));
                }
            }
        }
        if (jar) {
            Files.move(archive, files.resolve(JAR));
            sums.put(JAR, sha256);
        }
        return new Staged(sha256, manifest);
    }

    private byte[] manifest(ZipArchive zip, String name, UnpackBudget budget) throws IOException {
        ZipArchive.Entry entry = zip.entries().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> noManifest(origin));
        return manifest(zip, entry, budget, origin);
    }

    private static byte[] manifest(ZipArchive zip, ZipArchive.Entry entry, UnpackBudget budget, String origin)
            throws IOException {
        if (entry.size() > ManifestReader.MAX_BYTES) {
            throw ManifestReader.tooLarge(origin);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(); // never more than declared
        zip.copy(entry, bytes, budget);
        return bytes.toByteArray();
    }

    /** The manifest's bytes in a jar that is stored, or nothing if it has none. */
    static byte[] manifestOfJar(Path jar, String origin) throws IOException {
        UnpackBudget.Caps caps = UnpackBudget.Caps.standard();
        try (ZipArchive zip = ZipArchive.open(jar, caps)) {
            for (String name : new String[] {JAR_MANIFEST, MANIFEST}) {
                for (ZipArchive.Entry entry : zip.entries()) {
                    if (entry.name().equals(name)) {
                        return manifest(zip, entry, new UnpackBudget(caps), origin);
                    }
                }
            }
        } catch (EOFException e) {
            throw ZipArchive.corrupt("it was cut short");
        }
        throw noManifest(origin);
    }

    private byte[] tar(Path archive) throws IOException {
        UnpackBudget budget = new UnpackBudget(caps);
        EntryNames names = new EntryNames(false);
        long packed = Files.size(archive);
        byte[] manifest = null;
        try (InputStream in = new MeasuredStream(
                new GZIPInputStream(Files.newInputStream(archive), 64 << 10), packed, budget, origin)) {
            TarReader tar = new TarReader(in);
            for (var next = tar.next(); next.isPresent(); next = tar.next()) {
                TarReader.Entry entry = next.get();
                budget.entry();
                if (entry.name().equals("./")) {
                    continue; // the root itself, as "tar -c ." writes it
                }
                names.add(entry.name());
                if (entry.folder()) {
                    Files.createDirectories(files.resolve(entry.name()));
                    continue;
                }
                if (entry.name().equals(MANIFEST)) {
                    if (entry.size() > ManifestReader.MAX_BYTES) {
                        throw ManifestReader.tooLarge(origin);
                    }
                    byte[] bytes = entry.content().readAllBytes();
                    manifest = bytes;
                    put(MANIFEST, out -> out.write(bytes));
                } else {
                    put(entry.name(), out -> entry.content().transferTo(out));
                }
            }
        }
        if (manifest == null) {
            throw noManifest(origin);
        }
        return manifest;
    }

    private Staged copyFolder(Path candidate) throws IOException {
        byte[] manifest = FolderFiles.manifest(candidate, origin);
        UnpackBudget budget = new UnpackBudget(caps);
        EntryNames names = new EntryNames(false);
        put(MANIFEST, out -> out.write(manifest));
        Files.walkFileTree(candidate, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                if (!each.equals(candidate)) {
                    String name = relative(each) + "/";
                    budget.entry();
                    names.add(name);
                    Files.createDirectories(files.resolve(name));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                String name = relative(each);
                if (!attributes.isRegularFile()) {
                    throw EntryNames.unsafe(
                            name, attributes.isSymbolicLink() ? "is a link" : "is neither a file nor a folder");
                }
                budget.entry();
                names.add(name);
                if (!name.equals(MANIFEST)) {
                    put(name, out -> FolderFiles.copy(each, name, out, budget));
                }
                return FileVisitResult.CONTINUE;
            }

            private String relative(Path each) {
                return candidate
                        .relativize(each)
                        .toString()
                        .replace(each.getFileSystem().getSeparator(), "/");
            }
        });
        return new Staged(Hashes.ofList(sums), manifest);
    }

    static PlugbayException noManifest(String origin) {
        return PlugbayException.of(
                        ErrorCode.MANIFEST_NOT_FOUND,
                        origin + " has neither " + JAR_MANIFEST + " (a jar) nor " + MANIFEST
                                + " at its root (an archive or folder).")
                .remedy("Build the plugin with the annotation processor, or put a manifest there.")
                .build();
    }

    private void put(String name, Hashes.Writer writer) throws IOException {
        Path target = files.resolve(name).normalize();
        if (!target.startsWith(files)) {
            throw EntryNames.unsafe(name, "leads out of its folder");
        }
        Files.createDirectories(target.getParent());
        sums.put(name, Hashes.write(target, writer));
    }
}
