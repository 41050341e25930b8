package dev.plugbay.daemon;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file system that a folder lies on, by what the system calls it: enough to tell a disk from the empty folder it was mounted at. */
final class TargetDisk {
    private TargetDisk() {}

    /** The name of the file system that a path lies on, or would; nothing when the system does not say. */
    static Optional<String> of(Path path) {
        for (Path at = path.toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at)) {
                try {
                    FileStore store = Files.getFileStore(at);
                    return Optional.of(store.name() + " " + store.type());
                } catch (IOException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a path lies on another file system now than the one it lay on. */
    static boolean isAway(Path path, Optional<String> then) {
        return then.isPresent() && !of(path).equals(then);
    }
}
