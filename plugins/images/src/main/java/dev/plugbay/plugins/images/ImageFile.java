package dev.plugbay.plugins.images;

import java.nio.file.Path;

/**
 * An image in the folder.
 *
 * @param id its relative path without the extension, or with it where another image has that id
 * @param name its file name without the extension
 * @param path its real path, in the folder
 */
record ImageFile(String id, String name, Path path) {}
