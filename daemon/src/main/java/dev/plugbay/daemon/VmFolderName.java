package dev.plugbay.daemon;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Makes a machine's name safe as the name of a folder: no separators, no control characters, not hidden, not too long. */
final class VmFolderName {
    private static final int MOST_BYTES = 200;
    private static final String UNSAFE = "/\\:*?\"<>|";

    private VmFolderName() {}

    /** The folder's name for a machine; made from its id when nothing of the name is left. */
    static String of(String name, String id) {
        String safe = safe(name);
        if (safe.isEmpty()) {
            safe = safe(id);
        }
        return safe.isEmpty() ? "vm" : safe;
    }

    private static String safe(String text) {
        StringBuilder safe = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            String letter = isUnsafe(c) ? "_" : Character.toString(c);
            bytes += letter.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_BYTES) {
                break;
            }
            safe.append(letter);
        }
        int start = 0;
        int end = safe.length();
        while (start < end && isEdge(safe.charAt(start))) {
            start++;
        }
        while (end > start && isEdge(safe.charAt(end - 1))) {
            end--;
        }
        String name = safe.substring(start, end);
        return isPath(name) ? name : name.replaceAll("[^\\x20-\\x7e]", "_");
    }

    private static boolean isUnsafe(int c) {
        int type = Character.getType(c);
        return UNSAFE.indexOf(c) >= 0
                || type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static boolean isEdge(char c) {
        return c == '.' || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /** Whether the system's encoding of names has all of its letters. */
    private static boolean isPath(String name) {
        try {
            return !Path.of(name).toString().isEmpty() || name.isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
