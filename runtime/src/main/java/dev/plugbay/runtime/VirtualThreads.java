package dev.plugbay.runtime;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds virtual threads by a dump of all threads, which no other public API lists. */
final class VirtualThreads {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualThreads.class);

    private VirtualThreads() {}

    /** The threads in whose stack a class of the loader with this name stands; empty where the JVM cannot tell. */
    static List<UnloadVerdict.Holder> inside(String loaderName) {
        try {
            HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            if (hotSpot == null) {
                return List.of();
            }
            Path folder = Files.createTempDirectory("plugbay-threads-");
            Path dump = folder.resolve("threads.json");
            try {
                hotSpot.dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
                List<UnloadVerdict.Holder> found = new ArrayList<>();
                collect(Json.parse(Files.readAllBytes(dump)), loaderName + "/", found);
                return found;
            } finally {
                Files.deleteIfExists(dump);
                Files.deleteIfExists(folder);
            }
        } catch (IOException | RuntimeException | LinkageError unable) {
            LOG.debug("Virtual threads cannot be seen: {}", unable.toString());
            return List.of();
        }
    }

    /** A thread is any object with a stack, wherever it stands: the form changes between versions of the JDK. */
    private static void collect(@Nullable Object node, String prefix, List<UnloadVerdict.Holder> found) {
        if (node instanceof List<?> list) {
            list.forEach(each -> collect(each, prefix, found));
        } else if (node instanceof Map<?, ?> map && map.get("stack") instanceof List<?> stack) {
            stack.stream()
                    .map(String::valueOf)
                    .filter(frame -> frame.startsWith(prefix))
                    .findFirst()
                    .ifPresent(frame ->
                            found.add(new UnloadVerdict.Holder("virtual thread", name(map), "now at " + frame)));
        } else if (node instanceof Map<?, ?> map) {
            map.values().forEach(each -> collect(each, prefix, found));
        }
    }

    private static String name(Map<?, ?> thread) {
        return thread.get("name") instanceof String name && !name.isEmpty()
                ? name
                : "#" + String.valueOf(thread.get("tid"));
    }
}
