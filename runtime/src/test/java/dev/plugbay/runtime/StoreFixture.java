package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** A store in a temporary home, and plugins to put into it. */
final class StoreFixture {
    final Path work;
    final Path home;
    final ArtifactStore store;

    StoreFixture(Path work) throws IOException {
        this.work = work;
        this.home = Files.createDirectory(work.resolve("home"));
        this.store = new ArtifactStore(home);
    }

    /** One that has taken in a plugin, so that what must stay as it is is more than nothing. */
    static StoreFixture withOne(Path work) throws IOException {
        StoreFixture fixture = new StoreFixture(work);
        fixture.store.ingest(fixture.file("before.jar", jar("before", "1.0.0").bytes()));
        return fixture;
    }

    static String manifest(String id, String version) {
        return "{\"manifestVersion\":1,\"id\":\"%s\",\"version\":\"%s\",\"runtime\":{\"kind\":\"java\",\"main\":\"acme.Main\"}}"
                .formatted(id, version);
    }

    static byte[] classFile(int major) {
        return new byte[] {
            (byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, (byte) (major >> 8), (byte) major, 0, 0
        };
    }

    /** A jar as a plugin's jar is. */
    static Zips jar(String id, String version) {
        Zips zip = new Zips()
                .with("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
                .with(Staging.JAR_MANIFEST, manifest(id, version));
        zip.add("acme/Main.class", classFile(61));
        return zip;
    }

    /** A zip with a manifest at its root and one jar. */
    static Zips zip(String id, String version) {
        Zips zip = new Zips().with(Staging.MANIFEST, manifest(id, version));
        zip.add("lib/main.jar", library());
        return zip;
    }

    static byte[] library() {
        Zips zip = new Zips();
        zip.add("acme/Main.class", classFile(61));
        return zip.bytes();
    }

    static Tars tar(String id, String version) {
        return new Tars().file(Staging.MANIFEST, manifest(id, version)).entry("lib/main.jar", '0', library(), "");
    }

    Path file(String name, byte[] bytes) throws IOException {
        return Files.write(work.resolve(name), bytes);
    }

    Path folder(String name, String manifest) throws IOException {
        Path folder = Files.createDirectories(work.resolve(name));
        Files.writeString(folder.resolve("manifest.json"), manifest);
        Files.createDirectories(folder.resolve("lib"));
        Files.write(folder.resolve("lib/main.jar"), library());
        return folder;
    }

    /** Everything in the home folder with its content. */
    SortedMap<String, String> listing() throws IOException {
        SortedMap<String, String> listing = new TreeMap<>();
        try (var all = Files.walk(home)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                listing.put(
                        home.relativize(path).toString(),
                        Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                                ? new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1)
                                : "");
            }
        }
        return listing;
    }

    /** Takes in what must be refused, and checks that the home folder is as before. */
    PlugbayException refused(Path candidate) throws IOException {
        SortedMap<String, String> before = listing();
        Throwable failure = catchThrowable(() -> store.ingest(candidate));
        assertThat(failure).isInstanceOf(PlugbayException.class);
        assertThat(listing()).isEqualTo(before);
        return (PlugbayException) failure;
    }

    PlugbayException refused(byte[] archive, ErrorCode code) throws IOException {
        PlugbayException failure = refused(file("candidate", archive));
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        return failure;
    }
}
