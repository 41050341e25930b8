package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each refusal leaves the home folder exactly as it was: {@link StoreFixture#refused} checks that. */
class ArchiveSafetyTest {
    private static final byte[] X = {'x'};

    @TempDir
    Path work;

    private StoreFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = StoreFixture.withOne(work);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "a/..",
                "/etc/evil",
                "C:/evil",
                "c:evil",
                "a\\..\\evil",
                "a\u0000b",
                "a\nb",
                "a//b",
                "./a",
                "a/./b",
                "a\u2028b",
                "a\u0085b",
                "MANIFEST.json",
                "LIB/x",
                "lib/main.jar/x",
                "lib/main.jar"
            })
    void a_name_that_could_lead_elsewhere_or_collide_is_refused(String name) throws IOException {
        Zips zip = StoreFixture.zip("a", "1.0.0");
        zip.add(name, X);
        PlugbayException failure = fixture.refused(zip.bytes(), ErrorCode.UNSAFE_ARCHIVE);
        assertThat(failure.getMessage())
                .doesNotContain("\u0000")
                .doesNotContain("\n")
                .doesNotContain("\u0085");
        if (!name.startsWith("./") && name.indexOf(0) < 0) { // tar writes ./a for a, and ends names with a zero
            Tars tar = StoreFixture.tar("a", "1.0.0").entry(name, '0', X, "");
            fixture.refused(tar.gz(), ErrorCode.UNSAFE_ARCHIVE);
        }
    }

    @Test
    void names_that_differ_by_unicode_form_are_refused() throws IOException {
        Zips zip = StoreFixture.zip("a", "1.0.0").with("data/\u00e9", "1").with("data/e\u0301", "2");
        assertThat(fixture.refused(zip.bytes(), ErrorCode.UNSAFE_ARCHIVE)).hasMessageContaining("Unicode form");
    }

    @Test
    void a_name_is_not_longer_than_a_thousand_characters() throws IOException {
        String ok = ("d".repeat(99) + "/").repeat(9) + "x".repeat(100);
        assertThat(fixture.store.ingest(fixture.file(
                        "ok.zip", StoreFixture.zip("a", "1.0.0").with(ok, "1").bytes())))
                .isNotNull();
        fixture.refused(StoreFixture.zip("a", "1.0.0").with(ok + "y", "1").bytes(), ErrorCode.UNSAFE_ARCHIVE);
    }

    @Test
    void a_jar_may_hold_a_licence_file_beside_a_licence_folder_but_nothing_twice() throws IOException {
        Zips jar = StoreFixture.jar("a", "1.0.0").with("META-INF/LICENSE", "1").with("META-INF/license/x", "2");
        assertThat(fixture.store.ingest(fixture.file("ok.jar", jar.bytes()))).isNotNull();
        fixture.refused(jar.with("META-INF/LICENSE", "3").bytes(), ErrorCode.UNSAFE_ARCHIVE);
    }

    static Stream<Consumer<Zips>> ambiguous() {
        return Stream.of(
                zip -> zip.add("link", "/etc/passwd").mode = 0xA1FF,
                zip -> zip.add("fifo", X).mode = 0x11A4,
                zip -> zip.add("device", X).mode = 0x21A4,
                zip -> zip.add("a", X).localName = "b",
                zip -> zip.add("folder/", X),
                zip -> zip.add("secret", X).flags |= 1,
                zip -> zip.add("odd", X).method = 12,
                zip -> zip.add("two", X).localSize = 7,
                zip -> zip.add("again", X).at = 0,
                zip -> {
                    Zips.Entry overlapping = zip.add("inner", X);
                    overlapping.at = 5;
                    overlapping.localName = "inner";
                },
                zip -> zip.prefix = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8),
                zip -> zip.gap = new byte[4],
                zip -> zip.comment = emptyEnd(),
                zip -> zip.add("small", new byte[1000]).size = 10);
    }

    private static byte[] emptyEnd() {
        return ByteBuffer.wrap(new byte[22])
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x06054b50)
                .array();
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void an_archive_that_can_be_read_in_two_ways_is_refused(Consumer<Zips> change) throws IOException {
        for (Zips zip : List.of(StoreFixture.zip("a", "1.0.0"), StoreFixture.jar("a", "1.0.0"))) {
            change.accept(zip);
            fixture.refused(zip.bytes(), ErrorCode.UNSAFE_ARCHIVE);
        }
    }

    @Test
    void entries_that_share_their_bytes_are_refused() throws IOException { // the trick of David Fifield's bomb
        Zips zip = StoreFixture.zip("a", "1.0.0");
        Zips.Entry kernel = zip.add("kernel", new byte[900_000]);
        Zips.Entry quoted = zip.add("quoted", new byte[900_000]);
        int at = new String(zip.bytes(), StandardCharsets.ISO_8859_1).indexOf("kernel") - 30;
        zip.entries.remove(kernel);
        zip.entries.remove(quoted);
        zip.add("kernel", new byte[900_000]);
        Zips.Entry again = zip.add("kernel2", new byte[900_000]);
        again.at = at;
        assertThat(fixture.refused(zip.bytes(), ErrorCode.UNSAFE_ARCHIVE)).hasMessageContaining("overlap");
    }

    @Test
    void bombs_are_measured_while_they_unpack() throws IOException {
        byte[] zeros = new byte[20 << 20];
        fixture.refused(bytes(StoreFixture.zip("a", "1.0.0"), zeros, zeros.length), ErrorCode.UNSAFE_ARCHIVE);
        fixture.refused(bytes(StoreFixture.jar("a", "1.0.0"), zeros, zeros.length), ErrorCode.UNSAFE_ARCHIVE);
        // One that declares little is caught as well.
        fixture.refused(bytes(StoreFixture.zip("a", "1.0.0"), zeros, 100), ErrorCode.UNSAFE_ARCHIVE);
        fixture.refused(
                StoreFixture.tar("a", "1.0.0").entry("bomb", '0', zeros, "").gz(), ErrorCode.UNSAFE_ARCHIVE);
        fixture.refused(
                Tars.gzip(Arrays.copyOf(StoreFixture.tar("a", "1.0.0").tar(), 30 << 20)), ErrorCode.UNSAFE_ARCHIVE);
    }

    private static byte[] bytes(Zips zip, byte[] content, long declared) {
        Zips.Entry bomb = zip.add("bomb", content);
        bomb.size = declared;
        bomb.localSize = declared;
        return zip.bytes();
    }

    @Test
    void caps_on_bytes_and_entries_hold_for_every_kind() throws IOException {
        var caps = new UnpackBudget.Caps(100_000, 50, 200, 1 << 20);
        Path folder = fixture.folder("f", StoreFixture.manifest("a", "1.0.0"));
        Zips many = StoreFixture.zip("a", "1.0.0");
        Tars manyTar = StoreFixture.tar("a", "1.0.0");
        for (int i = 0; i < 60; i++) {
            many.add("n/" + i, X);
            manyTar.entry("n/" + i, '0', X, "");
            Files.write(folder.resolve("n" + i), X);
        }
        byte[] noise = new byte[120_000];
        new Random(1).nextBytes(noise);
        Path large = fixture.folder("large", StoreFixture.manifest("a", "1.0.0"));
        Files.write(large.resolve("noise"), noise);
        Zips largeZip = StoreFixture.zip("a", "1.0.0");
        largeZip.add("noise", new byte[120_000]);
        var store = new ArtifactStore(fixture.home, new BasicConfigValidator(), caps);
        var before = fixture.listing();
        for (Path each : List.of(
                folder,
                large,
                fixture.file("many.zip", many.bytes()),
                fixture.file("many.tgz", manyTar.gz()),
                fixture.file("large.zip", largeZip.bytes()),
                fixture.file(
                        "noise.tgz",
                        StoreFixture.tar("a", "1.0.0")
                                .entry("noise", '0', noise, "")
                                .gz()))) {
            assertThat(catchThrowable(() -> store.ingest(each)))
                    .as(each.toString())
                    .isInstanceOfSatisfying(
                            PlugbayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSAFE_ARCHIVE));
            assertThat(fixture.listing()).isEqualTo(before);
        }
    }

    @Test
    void what_is_no_archive_or_has_no_manifest_says_so() throws IOException {
        fixture.refused(new byte[0], ErrorCode.ARTIFACT_CORRUPT);
        fixture.refused("hello world".getBytes(StandardCharsets.UTF_8), ErrorCode.ARTIFACT_CORRUPT);
        fixture.refused("PK hello world".getBytes(StandardCharsets.UTF_8), ErrorCode.ARTIFACT_CORRUPT);
        assertThat(fixture.refused(work.resolve("absent")).code()).isEqualTo(ErrorCode.ARTIFACT_CORRUPT);
        fixture.refused(new Zips().with("a.txt", "x").bytes(), ErrorCode.MANIFEST_NOT_FOUND);
        fixture.refused(new Zips().bytes(), ErrorCode.MANIFEST_NOT_FOUND);
        fixture.refused(new Tars().file("a.txt", "x").gz(), ErrorCode.MANIFEST_NOT_FOUND);
        assertThat(fixture.refused(Files.createDirectory(work.resolve("empty"))).code())
                .isEqualTo(ErrorCode.MANIFEST_NOT_FOUND);
        Zips damaged = StoreFixture.zip("a", "1.0.0");
        damaged.add("data", "hello").crc++;
        fixture.refused(damaged.bytes(), ErrorCode.ARTIFACT_CORRUPT);
    }

    @Test
    void an_archive_cut_short_anywhere_is_refused_as_damaged() throws IOException {
        byte[] noise = new byte[2000];
        new Random(5).nextBytes(noise);
        Zips zip = StoreFixture.zip("a", "1.0.0");
        zip.add("noise", noise);
        for (byte[] whole : List.of(
                zip.bytes(),
                StoreFixture.tar("a", "1.0.0").entry("noise", '0', noise, "").gz())) {
            for (int length = 0; length < whole.length; length += 97) {
                fixture.refused(Arrays.copyOf(whole, length), ErrorCode.ARTIFACT_CORRUPT);
            }
        }
    }

    @Test
    void changed_bytes_are_refused_with_a_code_or_still_mean_the_same() throws IOException {
        Random random = new Random(11);
        for (byte[] whole : List.of(
                StoreFixture.zip("a", "1.0.0").bytes(),
                StoreFixture.jar("a", "1.0.0").bytes(),
                StoreFixture.tar("a", "1.0.0").gz(),
                StoreFixture.tar("a", "1.0.0").tar())) {
            for (int i = 0; i < 40; i++) {
                byte[] changed = whole.clone();
                for (int j = 0; j <= random.nextInt(3); j++) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                }
                boolean plainTar = whole[0] == 'm';
                Path file = fixture.file("candidate", plainTar ? Tars.gzip(changed) : changed);
                Throwable failure = catchThrowable(() -> fixture.store.ingest(file));
                assertThat(failure == null || failure instanceof PlugbayException)
                        .as("%s", failure)
                        .isTrue();
            }
        }
        try (var stored = Files.list(fixture.home.resolve("artifacts"))) {
            assertThat(stored).noneMatch(path -> path.getFileName().toString().startsWith("."));
        }
    }

    @Test
    void jars_as_the_jdk_writes_them_are_taken() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            for (String name : List.of("META-INF/", "META-INF/plugbay/", Staging.JAR_MANIFEST, "acme/Main.class")) {
                jar.putNextEntry(new JarEntry(name));
                if (name.endsWith(".json")) {
                    jar.write(StoreFixture.manifest("a", "1.0.0").getBytes(StandardCharsets.UTF_8));
                } else if (name.endsWith(".class")) {
                    jar.write(StoreFixture.classFile(61));
                }
                jar.closeEntry();
            }
        }
        Path file = fixture.file("jdk.jar", bytes.toByteArray());
        assertThatCode(() -> fixture.store.ingest(file)).doesNotThrowAnyException();
    }
}
