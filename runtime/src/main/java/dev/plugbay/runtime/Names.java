package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The names of one host: plugins' ids and instances share them, because storage, data folder, handles and loaders go by the instance's name. A name stays with
 * its plugin as long as data is kept under it, so that nobody comes by another's.
 *
 * <p>Shared: one concurrent map from each name to the plugin that has it; who comes first has it. What lasts of it is in {@link DesiredState}.
 */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");
    private static final int LONGEST = 63;

    private final DesiredState desired;
    private final Supplier<HostSettings> settings;
    private final HostStore store;
    private final Path home;
    private final Map<String, String> holders;

    /** The names that are taken by instances of which something is kept. */
    Names(DesiredState desired, Supplier<HostSettings> settings, HostStore store, Path home) {
        this.desired = desired;
        this.settings = settings;
        this.store = store;
        this.home = home;
        this.holders = new ConcurrentHashMap<>(desired.owners());
    }

    /** Whether it can be an id or a name at all; checked before any path is built from it. */
    static boolean valid(String name) {
        return name.length() <= LONGEST && NAME.matcher(name).matches();
    }

    /** Fails with {@link ErrorCode#INVALID_REQUEST} unless it can be a name. */
    static void check(String plugin, String name) {
        if (!valid(name)) {
            String shown =
                    name.length() <= LONGEST ? "\"" + name + "\"" : "That text of " + name.length() + " characters";
            throw PlugbayException.of(ErrorCode.INVALID_REQUEST, shown + " cannot be the name of an instance.")
                    .plugin(plugin)
                    .remedy(
                            "Begin with a small letter, go on with small letters and digits, put single dots or hyphens between them, and use at most "
                                    + LONGEST + " characters.")
                    .build();
        }
    }

    /** Gives a plugin its id as a name, unless an instance has it. */
    void offer(String id) {
        holders.putIfAbsent(id, id);
    }

    /**
     * Takes a name for an instance; whether it was free.
     *
     * @throws PlugbayException {@link ErrorCode#CONFLICT}, with the holder in its details, when it is another plugin's
     */
    boolean claim(String plugin, String name) {
        String holder = holders.putIfAbsent(name, plugin);
        if (holder == null) {
            if (!name.equals(plugin) && dataIsKept(name)) {
                release(plugin, name);
                throw PlugbayException.of(
                                ErrorCode.CONFLICT,
                                "Data of an earlier plugin is kept under the name \"" + name
                                        + "\", and would come into the hands of " + plugin + ".")
                        .plugin(plugin)
                        .instance(name)
                        .remedy("Take another name, or delete that data: plugbay plugins remove " + name + " --purge.")
                        .build();
            }
            return true;
        }
        if (!holder.equals(plugin)) {
            throw taken(plugin, name, holder);
        }
        return false;
    }

    /** Whether something lies under a name. */
    boolean dataIsKept(String name) {
        return Files.exists(home.resolve("data").resolve(name))
                || !store.keys(name, "").isEmpty()
                || store.state(name).isPresent();
    }

    /** Gives a name back; nothing may be kept under it. */
    void release(String plugin, String name) {
        holders.remove(name, plugin);
    }

    /** The plugin that has a name. */
    Optional<String> holder(String name) {
        return Optional.ofNullable(holders.get(name));
    }

    /** Whether a failure was that a name is another plugin's. */
    static boolean isTaken(PlugbayException failure) {
        return failure.code() == ErrorCode.CONFLICT && failure.details().containsKey("holder");
    }

    private PlugbayException taken(String plugin, String name, String holder) {
        boolean lives = settings.get().instance(holder, name).isPresent()
                || desired.instance(holder, name)
                        .map(HostStore.InstanceEntry::present)
                        .orElse(false);
        String why;
        String remedy;
        if (holder.equals(name)) {
            why = "\"" + name + "\" is the id of a plugin, so it cannot be the name of an instance of " + plugin + ".";
            remedy = "Take another name.";
        } else {
            why = "\"" + name + "\" is "
                    + (lives ? "the name of an instance of " : "kept for the data of a removed instance of ") + holder
                    + (name.equals(plugin)
                            ? ", so the plugin of that id is not loaded."
                            : ", so it cannot be the name of one of " + plugin + ".");
            String free = "plugbay instances remove " + holder + " " + name + (lives ? "" : " --purge") + ".";
            remedy = name.equals(plugin) ? "Free the name with: " + free : "Take another name, or free it: " + free;
        }
        return PlugbayException.of(ErrorCode.CONFLICT, why)
                .plugin(plugin)
                .instance(name)
                .detail("holder", holder)
                .remedy(remedy)
                .build();
    }
}
