package dev.plugbay.runtime;

import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects behind a generation's extensions. Made and cleared by the thread that takes it through its life; read by callers after the publish. */
final class ExtensionObjects {
    private final Map<Key, Object> objects = new HashMap<>();

    private record Key(String point, String name) {}

    /** Makes one object for each class, however many extensions it implements. Runs plugin code. */
    void make(List<EntryPoints.ExtensionClass> extensions, Plugin plugin, PluginContext context) throws Exception {
        Map<Class<?>, Object> made = new HashMap<>();
        for (EntryPoints.ExtensionClass extension : extensions) {
            Object object = made.get(extension.type());
            if (object == null) {
                object = EntryPoints.construct(extension.type(), plugin, context);
                made.put(extension.type(), object);
            }
            objects.put(new Key(extension.point().getName(), extension.name()), object);
        }
    }

    Optional<Object> find(String point, String name) {
        return Optional.ofNullable(objects.get(new Key(point, name)));
    }

    void clear() {
        objects.clear();
    }
}
