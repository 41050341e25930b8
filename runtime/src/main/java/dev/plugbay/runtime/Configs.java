package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Configurations: where each comes from, checked, with references resolved and secrets masked. What is stored is what the operator wrote; what
 * the plugin gets has defaults and values. Stateless but for what it reads, hence safe for many threads.
 */
final class Configs {
    private final DesiredState desired;
    private final Supplier<HostSettings> settings;
    private final ConfigValidator validator;

    Configs(DesiredState desired, Supplier<HostSettings> settings, ConfigValidator validator) {
        this.desired = desired;
        this.settings = settings;
        this.validator = validator;
    }

    /**
     * A configuration that was checked and can be put in force.
     *
     * @param before what was stored when it was made
     * @param raw as it is stored: references unresolved, no defaults
     * @param resolved as the plugin gets it
     */
    record Checked(Map<String, Object> before, Map<String, Object> raw, Map<String, Object> resolved) {
        @Override
        public String toString() {
            return "a configuration"; // it may hold secrets
        }
    }

    /** The configuration in force, as the plugin gets it; {@link ErrorCode#INVALID_CONFIG} when it breaks its schema. */
    Map<String, Object> resolved(Manifest manifest, String instance) {
        Map<String, Object> written = raw(manifest.id(), instance);
        return check(manifest, instance, written, written).resolved();
    }

    /** The configuration as it is shown: as written, secrets masked. */
    Map<String, Object> masked(Manifest manifest, String instance) {
        return Secrets.mask(manifest.configSchema(), raw(manifest.id(), instance));
    }

    /** Checks a change, made by {@code change} from what is written now; nothing is kept yet. */
    Checked propose(Manifest manifest, String instance, Function<Map<String, Object>, Map<String, Object>> change) {
        requireFree(manifest.id(), instance);
        Map<String, Object> before = raw(manifest.id(), instance);
        Map<String, Object> after = Secrets.unmask(manifest.configSchema(), change.apply(before), before);
        return check(manifest, instance, before, after);
    }

    private void requireFree(String plugin, String instance) {
        fixed(plugin, instance).ifPresent(fixed -> {
            throw setBy(plugin, instance, "The configuration of " + instance, fixed.origin());
        });
    }

    /** What the settings say cannot be changed elsewhere. */
    static PlugbayException setBy(String plugin, String instance, String what, String origin) {
        return PlugbayException.of(
                        ErrorCode.CONFLICT, what + " is set by " + origin + ", so it cannot be changed here.")
                .plugin(plugin)
                .instance(instance)
                .detail("origin", origin)
                .remedy("Change it there, or take it out there.")
                .build();
    }

    /** Keeps a change, unless what it was made from is not in force any more; whether it was, and then it is durable. */
    boolean keep(String plugin, String instance, Checked checked) {
        return desired.configure(plugin, instance, checked.before(), checked.raw());
    }

    /** A change by a generation that does not serve yet: checked, and answered as the plugin gets it; nothing is kept. */
    Map<String, Object> preview(
            Manifest manifest, String instance, Map<String, Object> now, Map<String, Object> patch) {
        requireFree(manifest.id(), instance);
        return about(manifest, instance, () -> {
            Map<String, Object> values =
                    Trees.merge(now, References.resolve(patch)); // what is resolved is not looked at again
            return Trees.copy(validated(manifest, Secrets.unmask(manifest.configSchema(), values, now)));
        });
    }

    /** Changes by the plugin itself, one after the other: checked, kept, and answered as the plugin gets them. */
    Map<String, Object> updateFromPlugin(Manifest manifest, String instance, List<Map<String, Object>> patches) {
        while (true) {
            Checked checked = propose(manifest, instance, before -> {
                Map<String, Object> after = before;
                for (Map<String, Object> patch : patches) {
                    after = Trees.merge(after, patch);
                }
                return after;
            });
            if (keep(manifest.id(), instance, checked)) {
                return checked.resolved();
            }
        }
    }

    /** Where an instance's configuration is set, if the settings do. */
    Optional<String> origin(String plugin, String instance) {
        return fixed(plugin, instance).map(Fixed::origin);
    }

    private Checked check(Manifest manifest, String instance, Map<String, Object> before, Map<String, Object> raw) {
        return about(manifest, instance, () -> {
            Map<String, Object> resolved = validated(manifest, References.resolve(raw));
            return new Checked(before, Trees.copy(raw), Trees.copy(resolved));
        });
    }

    private Map<String, Object> validated(Manifest manifest, Map<String, Object> values) {
        return manifest.configSchema().isEmpty() ? values : validator.validate(manifest.configSchema(), values);
    }

    private Map<String, Object> raw(String plugin, String instance) {
        return fixed(plugin, instance)
                .map(Fixed::config)
                .orElseGet(() -> desired.instance(plugin, instance)
                        .map(HostStore.InstanceEntry::config)
                        .orElse(Map.of()));
    }

    private record Fixed(Map<String, Object> config, String origin) {}

    private Optional<Fixed> fixed(String plugin, String instance) {
        HostSettings now = settings.get();
        return instance.equals(plugin)
                ? now.plugin(plugin).flatMap(set -> set.config().map(config -> new Fixed(config, set.origin())))
                : now.instance(plugin, instance)
                        .flatMap(set -> set.config().map(config -> new Fixed(config, set.origin())));
    }

    /** Says of a failure which instance it is about. */
    private static <T> T about(Manifest manifest, String instance, Supplier<T> work) {
        try {
            return work.get();
        } catch (PlugbayException failure) {
            String named = instance.equals(manifest.id()) ? "" : " --instance " + instance;
            PlugbayException.Builder known = PlugbayException.of(failure.code(), failure.detail())
                    .plugin(manifest.id())
                    .instance(instance)
                    .remedy(failure.remedy()
                            .orElse("Set it with: plugbay config set " + manifest.id() + named + " KEY=VALUE."));
            failure.pointer().ifPresent(known::pointer);
            failure.details().forEach(known::detail);
            throw known.build();
        }
    }
}
