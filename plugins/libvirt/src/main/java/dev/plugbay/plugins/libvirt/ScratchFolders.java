package dev.plugbay.plugins.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The scratch folders that exports have been configured to use: what was left in one is still found when another is configured. Those in which nothing is left are forgotten.
 *
 * <p>Kept in a file of the plugin's data folder, a path a line. Used by one thread at a time.
 */
final class ScratchFolders {
    private static final String FILE = "scratch-folders";

    private final Path file;
    private final Path current;

    ScratchFolders(Path data, Path current) {
        this.file = data.resolve(FILE);
        this.current = current.toAbsolutePath().normalize();
    }

    /** All that may have something in them, the current one first; each is known from now on. */
    List<Path> all() {
        Set<Path> before = read();
        Set<Path> all = new LinkedHashSet<>();
        all.add(current);
        before.stream().filter(ScratchFolders::used).forEach(all::add);
        if (!all.equals(before)) {
            keep(all);
        }
        return List.copyOf(all);
    }

    private void keep(Set<Path> all) {
        try {
            Path fresh = file.resolveSibling(FILE + ".new");
            Files.write(fresh, all.stream().map(Path::toString).toList());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // It is tried again the next time; until then only this generation knows of the current one.
        }
    }

    private static boolean used(Path scratch) {
        return BackupRoot.existing(scratch)
                .filter(root -> !root.all().isEmpty())
                .isPresent();
    }

    private Set<Path> read() {
        Set<Path> known = new LinkedHashSet<>();
        try {
            for (String line : Files.readAllLines(file)) {
                known.add(Path.of(line));
            }
        } catch (IOException | InvalidPathException e) {
            // none yet, or not ours
        }
        return known;
    }
}
