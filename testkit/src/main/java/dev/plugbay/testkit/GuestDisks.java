package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The disks of a tiny guest that boots by itself: made from Debian packages, none of which is installed, once for each user and version of its recipe. They are kept in the user's cache
 * folder.
 *
 * <p>The guest writes the same ascending counter to both disks in turn, without pause, and each to a file as well; see {@link GuestCounters} for what that proves. Its
 * serial console says {@value #BOOTED} with the last counters that it found, then every ten times {@value #WROTE}. It has QEMU's guest agent and heeds the power button.
 * It takes 160 MiB of memory and boots from virtio disks.
 *
 * <p>Where the packages cannot be had, the test is skipped; with {@code CI=true} it fails.
 *
 * @param boot the disk with boot loader and kernel, to be the first, 96 MiB, mostly a hole
 * @param data the disk with an ext4 file system, to be the second, 96 MiB, mostly a hole
 */
public record GuestDisks(Path boot, Path data) {
    /** How the console's line begins when it has booted. */
    public static final String BOOTED = "GUEST booted";

    /** How the console's line begins that says how far it has written. */
    public static final String WROTE = "GUEST wrote";

    /** While there is this file in the guest, a freeze of its file systems takes 12 s. */
    public static final String SLOW_FREEZE = "/run/slow-freeze";

    private static final List<String> RECIPE = List.of("make-guest", "init");

    /** The disks that all tests share: to be copied, not to be written to. */
    public static synchronized GuestDisks shared() {
        try {
            Path cache = cache().resolve("guest-" + recipe());
            GuestDisks disks = in(cache);
            if (!Files.exists(cache)) {
                make(cache);
            }
            return disks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies of both for one guest, in a folder. */
    public GuestDisks copyTo(Path folder) {
        GuestDisks copies = in(folder);
        run(List.of("cp", "--sparse=always", boot.toString(), copies.boot.toString()));
        run(List.of("cp", "--sparse=always", data.toString(), copies.data.toString()));
        return copies;
    }

    private static GuestDisks in(Path folder) {
        return new GuestDisks(folder.resolve("boot.raw"), folder.resolve("data.raw"));
    }

    private static void make(Path cache) throws IOException {
        Path fresh = Files.createTempDirectory(Files.createDirectories(cache.getParent()), "guest-");
        for (String file : RECIPE) {
            try (InputStream in = resource(file)) {
                Files.copy(in, fresh.resolve(file));
            }
        }
        Optional<String> failure =
                attempt(List.of("bash", fresh.resolve("make-guest").toString(), fresh.toString()));
        if (failure.isPresent()) {
            run(List.of("rm", "-rf", fresh.toString()));
            assertThat("true".equals(System.getenv("CI")))
                    .as("where CI=true the guest can be made, but %s", failure.get())
                    .isFalse();
            assumeTrue(false, "the guest cannot be made: " + failure.get());
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(fresh, cache);
        } catch (IOException e) {
            run(List.of("rm", "-rf", fresh.toString())); // another test has made it meanwhile
            if (!Files.exists(cache)) {
                throw e;
            }
        }
    }

    private static Path cache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        return configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "plugbay")
                : Path.of(configured, "plugbay");
    }

    private static String recipe() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String file : RECIPE) {
                try (InputStream in = resource(file)) {
                    digest.update(in.readAllBytes());
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(GuestDisks.class.getResourceAsStream("guest/" + name), name);
    }

    private static void run(List<String> command) {
        Optional<String> failure = attempt(command);
        assertThat(failure).as("failure of %s", command).isEmpty();
    }

    private static Optional<String> attempt(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.onExit().join().exitValue();
            return exit == 0
                    ? Optional.empty()
                    : Optional.of(command.getFirst() + " ended with " + exit + ": " + output);
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }
}
