package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Changes of one instance's configuration: each is checked, brought to the plugin - by a call of its handler, or by a reload - and kept. What the plugin refuses is not kept, and
 * what cannot be kept is not in force. Used within one operation of the instance at a time.
 */
final class Reconfiguration {
    private static final int CROSSED_AT_MOST = 5;

    private final Instance instance;
    private final HostServices host;
    private final Succession succession;
    private final InstanceNews news;

    Reconfiguration(Instance instance, HostServices host, Succession succession, InstanceNews news) {
        this.instance = instance;
        this.host = host;
        this.succession = succession;
        this.news = news;
    }

    /** Makes a change from what is kept. If the plugin itself changes something meanwhile it is made again, so that neither change is lost. */
    void change(Manifest manifest, Function<Map<String, Object>, Map<String, Object>> change) {
        for (int crossed = 0; crossed < CROSSED_AT_MOST; crossed++) {
            Configs.Checked checked = host.configs().propose(manifest, instance.name(), change);
            Optional<Generation> now = instance.current();
            BooleanSupplier keep = () -> host.configs().keep(instance.plugin(), instance.name(), checked);
            boolean kept;
            if (now.isPresent()) {
                Map<String, Object> before = now.get().config();
                bring(now.get(), checked.resolved());
                kept = keepOrTakeBack(before, keep);
            } else {
                kept = keep.getAsBoolean();
            }
            if (kept) {
                return;
            }
        }
        takeBack(host.configs().resolved(manifest, instance.name()));
        throw PlugbayException.of(
                        ErrorCode.BUSY,
                        "The plugin changed the configuration of " + instance.name()
                                + " itself each time that it was to be changed.")
                .plugin(instance.plugin())
                .instance(instance.name())
                .retryable(true)
                .remedy("Try again; if that does not help, stop the plugin first.")
                .build();
    }

    /** Brings a configuration to the plugin; on failure the old one is in force. */
    void bring(Generation now, Map<String, Object> config) {
        if (now.manifest().reloadOnConfigChange()) {
            try {
                succession.requireRoom(now, now.manifest(), ReloadOptions.gentle());
                instance.swap(now, now.artifact(), config, ReloadOptions.gentle());
            } catch (PlugbayException failure) {
                news.failed(failure);
                throw failure;
            }
        } else {
            now.reconfigure(config);
            instance.healthSoon();
        }
    }

    /** Keeps what was brought; if that fails, what was in force before is brought again. */
    boolean keepOrTakeBack(Map<String, Object> before, BooleanSupplier keep) {
        try {
            return keep.getAsBoolean();
        } catch (PlugbayException notKept) {
            takeBack(before);
            throw notKept;
        }
    }

    private void takeBack(Map<String, Object> before) {
        instance.current().ifPresent(now -> {
            try {
                bring(now, before);
            } catch (PlugbayException failure) {
                instance.note(Problem.of(failure));
            }
        });
    }
}
