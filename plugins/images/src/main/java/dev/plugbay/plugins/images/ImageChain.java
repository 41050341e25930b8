package dev.plugbay.plugins.images;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image with all the files that it consists of, each checked to lie in the folder: what a header names is what its writer liked to name.
 *
 * @param path the real path
 * @param header its header
 * @param backing the image that it builds upon
 * @param dataFile the real path of the file that holds its data
 */
record ImageChain(Path path, ImageHeader header, Optional<ImageChain> backing, Optional<Path> dataFile) {
    private static final int MAX_LENGTH = 32;

    static ImageChain read(Path path, Path root) throws IOException {
        return read(path, ImageHeader.read(path), root, 1);
    }

    private static ImageChain read(Path path, ImageHeader header, Path root, int length) throws IOException {
        if (header.defect().isPresent()) {
            throw unsupported(path.getFileName() + " cannot be exported: "
                    + header.defect().get());
        }
        if (length > MAX_LENGTH) {
            throw unsupported(
                    path.getFileName() + " ends a chain of more than " + MAX_LENGTH + " backing files, or a circle");
        }
        Optional<Path> dataFile = Optional.empty();
        if (header.dataFile().isPresent()) {
            dataFile = Optional.of(inside(path, header.dataFile().get(), "data file", root));
        }
        Optional<ImageChain> backing = Optional.empty();
        if (header.backing().isPresent()) {
            ImageHeader.Backing reference = header.backing().get();
            Path next = inside(path, reference.name(), "backing file", root);
            backing = Optional.of(read(next, header(next, reference.format()), root, length + 1));
        }
        return new ImageChain(path, header, backing, dataFile);
    }

    /** The header of a backing file, by the format that is written down for it: then its content has no say. */
    private static ImageHeader header(Path path, Optional<String> format) throws IOException {
        if (format.isEmpty()) {
            return ImageHeader.read(path);
        }
        ImageHeader header = switch (format.get()) {
            case ImageHeader.RAW -> ImageHeader.read(path, true);
            case ImageHeader.QCOW2 -> ImageHeader.read(path, false);
            default ->
                throw unsupported("backing file " + path.getFileName() + " has the format \"" + format.get()
                        + "\"; raw and qcow2 are known");
        };
        if (!header.format().equals(format.get())) {
            throw unsupported(
                    "backing file " + path.getFileName() + " should be " + format.get() + " but is " + header.format());
        }
        return header;
    }

    private static Path inside(Path image, String name, String what, Path root) throws IOException {
        String outside = image.getFileName() + " has the " + what + " \"" + name
                + "\", which is not a file in the images folder";
        int colon = name.indexOf(':');
        if (colon >= 0 && (name.indexOf('/') < 0 || colon < name.indexOf('/'))) {
            throw new PluginException(ErrorCode.PERMISSION_DENIED, outside); // nbd:, json: and their like
        }
        Path folder = image.getParent();
        try {
            Path real = (folder == null ? Path.of(name) : folder.resolve(name)).toRealPath();
            if (real.startsWith(root) && Files.isRegularFile(real)) {
                return real;
            }
        } catch (InvalidPathException e) {
            throw new PluginException(ErrorCode.PERMISSION_DENIED, outside);
        } catch (IOException e) {
            // Whether there is such a file elsewhere is not told.
            throw new PluginException(ErrorCode.PERMISSION_DENIED, outside);
        }
        throw new PluginException(ErrorCode.PERMISSION_DENIED, outside);
    }

    private static PluginException unsupported(String message) {
        return new PluginException(ErrorCode.UNSUPPORTED, message);
    }

    boolean encrypted() {
        return header.encrypted() || backing.map(ImageChain::encrypted).orElse(false);
    }

    /** The state of all its files now; equal before and after when none was changed. */
    List<FileState> state() throws IOException {
        List<FileState> states = new ArrayList<>();
        states.add(FileState.of(path));
        if (dataFile.isPresent()) {
            states.add(FileState.of(dataFile.get()));
        }
        if (backing.isPresent()) {
            states.addAll(backing.get().state());
        }
        return states;
    }

    /**
     * The image as a block node for QEMU in which every file and format is named, so that it neither probes a format nor follows what a header says.
     */
    String toJson() {
        String file = fileNode(path);
        if (header.format().equals(ImageHeader.RAW)) {
            return "{\"driver\":\"raw\",\"file\":" + file + "}";
        }
        return "{\"driver\":\"qcow2\",\"file\":" + file
                + ",\"backing\":" + backing.map(ImageChain::toJson).orElse("null")
                + dataFile.map(data -> ",\"data-file\":" + fileNode(data)).orElse("") + "}";
    }

    private static String fileNode(Path path) {
        return "{\"driver\":\"file\",\"filename\":" + quoted(path.toString()) + "}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /** A file as far as a change of it shows. */
    record FileState(Path path, long size, java.nio.file.attribute.FileTime changed, Object key) {
        static FileState of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return new FileState(path, attributes.size(), attributes.lastModifiedTime(), key == null ? "" : key);
        }
    }
}
