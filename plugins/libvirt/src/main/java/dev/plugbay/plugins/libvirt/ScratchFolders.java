package dev.plugbay.plugins.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The scratch folders that exports have been configured to use: what was left in one is still found when another is configured. One is forgotten only when it was looked at and nothing is left in it: it may be on a disk
 * that is not there just now.
 *
 * <p>Kept in a file of the plugin's data folder, a path a line. Shared by those who look at the folders; guarded by this. None of the folders is looked at here, for it may hang.
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
    synchronized List<Path> all() {
        Set<Path> all = new LinkedHashSet<>();
        all.add(current);
        try {
            Set<Path> before = read();
            all.addAll(before);
            if (!before.contains(current)) {
                write(all);
            }
        } catch (IOException e) {
            // It is tried again the next time; until then only this generation knows of the current one.
        }
        return List.copyOf(all);
    }

    /** Nothing is left in a folder: unless it is the current one, it need not be looked at any more. */
    synchronized void empty(Path scratch) {
        if (scratch.equals(current)) {
            return;
        }
        try {
            Set<Path> known = read();
            if (known.remove(scratch)) {
                write(known);
            }
        } catch (IOException e) {
            // Then it is looked at again.
        }
    }

    private void write(Set<Path> all) throws IOException {
        Path fresh = file.resolveSibling(FILE + ".new");
        Files.write(fresh, all.stream().map(Path::toString).toList());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Set<Path> read() throws IOException {
        Set<Path> known = new LinkedHashSet<>();
        try {
            for (String line : Files.readAllLines(file)) {
                try {
                    known.add(Path.of(line));
                } catch (InvalidPathException e) {
                    // not ours
                }
            }
        } catch (NoSuchFileException e) {
            // none yet
        }
        return known;
    }
}
