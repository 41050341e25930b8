package dev.plugbay.cloud;

import dev.plugbay.api.PluginException;
import java.nio.file.Path;

/** Copies a file in a process of its own: {@code source folder}; prints the hash, or the code of the failure. */
final class CopyMain {
    private CopyMain() {}

    public static void main(String[] arguments) throws Exception {
        try (DiskSource source = DiskSource.file(Path.of(arguments[0]))) {
            System.out.println(DiskWriter.builder(Path.of(arguments[1]))
                    .build()
                    .write("copy.raw", source)
                    .sha256());
        } catch (PluginException e) {
            System.out.println(e.code());
        }
    }
}
