package dev.plugbay.plugins.images;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The folder and the images in it. Hidden files and folders, and names with a backslash or control characters, are passed over; links to folders are not followed, and
 * links to files only when they end inside the folder.
 */
record ImageFolder(Path path) {
    private static final int DEPTH = 32;
    private static final List<String> EXTENSIONS = List.of(".raw", ".img", ".qcow2", ".qcow");

    /** Why the folder cannot be used, if it cannot. */
    Optional<String> problem() {
        if (!Files.exists(path)) {
            return Optional.of(
                    "the images folder " + path + " is not there; create it, or set another one as \"folder\"");
        }
        if (!Files.isDirectory(path)) {
            return Optional.of("the images folder " + path + " is not a folder");
        }
        return Files.isReadable(path) && Files.isExecutable(path)
                ? Optional.empty()
                : Optional.of("the images folder " + path + " cannot be read by this user");
    }

    /** The image with this id. An id is only compared, never made into a path. */
    Optional<ImageFile> find(String id) {
        return images().stream().filter(image -> image.id().equals(id)).findFirst();
    }

    /** All images, ordered by id. */
    List<ImageFile> images() {
        problem().ifPresent(problem -> {
            throw new PluginException(ErrorCode.UNAVAILABLE, problem);
        });
        try {
            return withIds(files(realPath()));
        } catch (IOException e) {
            throw new PluginException(
                    ErrorCode.UNAVAILABLE, "the images folder " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    Path realPath() throws IOException {
        return path.toRealPath();
    }

    /** Real paths by relative path with {@code /}. */
    private static TreeMap<String, Path> files(Path root) throws IOException {
        TreeMap<String, Path> found = new TreeMap<>();
        Files.walkFileTree(root, EnumSet.noneOf(java.nio.file.FileVisitOption.class), DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.equals(root) || usable(folder) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (usable(file) && extension(file).isPresent()) {
                    inside(root, file, attributes)
                            .ifPresent(real -> found.put(
                                    root.relativize(file).toString().replace(java.io.File.separatorChar, '/'), real));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // vanished, or a folder that this user may not read
            }
        });
        return found;
    }

    private static Optional<Path> inside(Path root, Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            return Optional.of(file);
        }
        try {
            Path real = file.toRealPath();
            return real.startsWith(root) && Files.isRegularFile(real) ? Optional.of(real) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // leads nowhere
        }
    }

    private static List<ImageFile> withIds(TreeMap<String, Path> files) {
        List<ImageFile> images = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        files.forEach((relative, real) -> {
            String stem = stem(relative);
            String id = taken.add(stem) ? stem : relative;
            taken.add(id);
            images.add(new ImageFile(id, stem.substring(stem.lastIndexOf('/') + 1), real));
        });
        images.sort(java.util.Comparator.comparing(ImageFile::id));
        return List.copyOf(images);
    }

    private static boolean usable(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".")
                && name.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c) || c == '\uFFFD');
    }

    private static Optional<String> extension(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().filter(name::endsWith).findFirst();
    }

    private static String stem(String relative) {
        return relative.substring(0, relative.lastIndexOf('.'));
    }
}
