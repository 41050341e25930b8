package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
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
     * @param raw as it is stored: references unresolved, no defaults
     * @param resolved as the plugin gets it
     */
    record Checked(Map<String, Object> raw, Map<String, Object> resolved) {
        @Override
        public String toString() {
            return "a configuration"; // it may hold secrets
        }
    }

    /** The configuration in force, as the plugin gets it; {@link ErrorCode#INVALID_CONFIG} when it breaks its schema. */
    Map<String, Object> resolved(Manifest manifest) {
        return check(manifest, raw(manifest.id())).resolved();
    }

    /** The configuration as it is shown: as written, secrets masked. */
    Map<String, Object> masked(Manifest manifest) {
        return Secrets.mask(manifest.configSchema(), raw(manifest.id()));
    }

    /** Checks a change, made by {@code change} from what is written now; nothing is kept yet. */
    Checked propose(Manifest manifest, Function<Map<String, Object>, Map<String, Object>> change) {
        overlay(manifest.id()).ifPresent(fixed -> {
            throw PlugbayException.of(
                            ErrorCode.CONFLICT,
                            "The configuration of " + manifest.id() + " is set by " + fixed.origin()
                                    + ", so it cannot be changed here.")
                    .plugin(manifest.id())
                    .detail("origin", fixed.origin())
                    .remedy("Change it there, or take it out there.")
                    .build();
        });
        Map<String, Object> before = raw(manifest.id());
        Map<String, Object> after = Secrets.unmask(manifest.configSchema(), change.apply(before), before);
        return check(manifest, after);
    }

    /** Keeps a change. */
    void keep(String id, Checked checked) {
        desired.configure(id, checked.raw());
    }

    /** A change by the plugin itself: checked, kept, and answered as the plugin gets it. */
    Map<String, Object> updateFromPlugin(Manifest manifest, Map<String, Object> patch) {
        Checked checked = propose(manifest, before -> Trees.merge(before, patch));
        keep(manifest.id(), checked);
        return checked.resolved();
    }

    private Checked check(Manifest manifest, Map<String, Object> raw) {
        return about(manifest, () -> {
            Map<String, Object> values = References.resolve(raw);
            Map<String, Object> resolved =
                    manifest.configSchema().isEmpty() ? values : validator.validate(manifest.configSchema(), values);
            return new Checked(Trees.copy(raw), Trees.copy(resolved));
        });
    }

    private Map<String, Object> raw(String id) {
        return overlay(id)
                .flatMap(PluginSettings::config)
                .orElseGet(() -> desired.of(id).config());
    }

    private Optional<PluginSettings> overlay(String id) {
        return Optional.ofNullable(settings.get().plugins().get(id))
                .filter(setting -> setting.config().isPresent());
    }

    /** Says of a failure which plugin it is about. */
    private static <T> T about(Manifest manifest, Supplier<T> work) {
        try {
            return work.get();
        } catch (PlugbayException failure) {
            PlugbayException.Builder named = PlugbayException.of(failure.code(), failure.detail())
                    .plugin(manifest.id())
                    .remedy(failure.remedy()
                            .orElse("Set it with: plugbay config set " + manifest.id() + " KEY=VALUE."));
            failure.pointer().ifPresent(named::pointer);
            failure.details().forEach(named::detail);
            throw named.build();
        }
    }
}
