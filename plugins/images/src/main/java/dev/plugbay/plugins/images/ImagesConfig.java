package dev.plugbay.plugins.images;

import dev.plugbay.api.ConfigValue;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configuration.
 *
 * @param folder where the images lie
 * @param qemuImg the program that converts
 */
record ImagesConfig(
        @ConfigValue(description = "The folder of the images; the plugin's own data folder when it is not set.")
        Optional<Path> folder,

        @ConfigValue(
                description = "The qemu-img program, needed for conversions; looked for in PATH when it is not set.")
        Optional<Path> qemuImg) {}
