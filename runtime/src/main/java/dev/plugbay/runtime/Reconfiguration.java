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
    private final DesiredState desired;
    private final Succession succession;
    private final InstanceNews news;

    Reconfiguration(
            Instance instance, HostServices host, DesiredState desired, Succession succession, InstanceNews news) {
        this.instance = instance;
        this.host = host;
        this.desired = desired;
        this.succession = succession;
        this.news = news;
    }

    /**
     * Starts the instance for the first time, as {@code spec} says, and keeps that; on failure nothing is kept. One that waits for another plugin is kept.
     */
    void begin(Artifact first, InstanceSpec spec) {
        Configs.Checked checked = host.configs().propose(first.manifest(), instance.name(), before -> spec.config());
        if (spec.enabled()) {
            try {
                instance.run(first, ReloadOptions.gentle(), checked::resolved);
            } catch (PlugbayException failure) {
                if (!instance.waitsForOthers()) {
                    throw failure;
                }
            }
        } else {
            instance.restDisabled(first);
        }
        desired.keep(instance.plugin(), instance.name(), spec.enabled(), checked.raw());
    }

    /** Puts {@code spec} in place of what is kept: checked, brought to the plugin, kept. */
    void replace(InstanceSpec spec) {
        Manifest manifest = instance.requireArtifact().manifest();
        Configs.Checked checked = host.configs().propose(manifest, instance.name(), before -> spec.config());
        Runnable keep = () -> desired.keep(instance.plugin(), instance.name(), spec.enabled(), checked.raw());
        Optional<Generation> now = instance.current()
                .filter(running -> spec.enabled() && !checked.resolved().equals(running.config()));
        if (now.isPresent()) {
            Map<String, Object> before = now.get().config();
            bring(now.get(), checked.resolved());
            keepOrTakeBack(before, () -> {
                keep.run();
                return true;
            });
        } else {
            keep.run();
        }
        changed();
        instance.bringInLine();
    }

    /** Makes a change: checked, brought to the plugin, kept. */
    void change(Function<Map<String, Object>, Map<String, Object>> change) {
        makeAndKeep(instance.requireArtifact().manifest(), change);
        changed();
    }

    /** The settings' own configuration for the plugin changed. */
    void settingsChanged() {
        Optional<Generation> now = instance.current();
        if (now.isEmpty()) {
            instance.configChanged();
        } else if (!instance.enabled()) {
            instance.withdraw(PluginState.DISABLED, "is disabled", false);
        } else {
            Map<String, Object> next = host.configs().resolved(now.get().manifest(), instance.name());
            if (!next.equals(now.get().config())) {
                bring(now.get(), next);
                changed();
            }
        }
    }

    /**
     * Ends the take-over of a generation that serves now: what it changed before is kept, and what the one before it changed at its end is in force in it too.
     *
     * @throws PlugbayException why not all that is kept is in force, or the other way round; it serves all the same
     */
    void settle() {
        boolean settled = instance.current().filter(Generation::takesOver).isEmpty();
        for (int crossed = 0; crossed < CROSSED_AT_MOST && !settled; crossed++) {
            settled = instance.current().map(this::settled).orElse(true);
        }
    }

    /** Whether what is kept and what is in force is the same, as far as one attempt can bring that about. */
    private boolean settled(Generation fresh) {
        fresh.keepConfig(); // what is not kept stays in force: to bring what is would end in the same
        Map<String, Object> inForce =
                fresh.config(); // read first: what the plugin changes in between is looked at again
        Map<String, Object> kept = host.configs().resolved(fresh.manifest(), instance.name());
        if (kept.equals(inForce)) {
            return true;
        }
        bring(fresh, kept);
        boolean reloaded = fresh.manifest().reloadOnConfigChange();
        if (reloaded) {
            instance.current().ifPresent(Generation::keepConfig); // once is enough: each one changes it at its start
        }
        return reloaded;
    }

    /** Whether what is kept is what is in force, as far as that can be told. */
    boolean agrees() {
        try {
            return instance.current()
                    .filter(now -> host.configs()
                            .resolved(now.manifest(), instance.name())
                            .equals(now.config()))
                    .isPresent();
        } catch (PlugbayException kept) {
            return false; // it breaks its schema, say
        }
    }

    private void changed() {
        instance.configAgrees();
        news.configChanged();
        instance.configChanged();
    }

    /** Makes a change from what is kept. If the plugin itself changes something meanwhile it is made again, so that neither change is lost. */
    private void makeAndKeep(Manifest manifest, Function<Map<String, Object>, Map<String, Object>> change) {
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
            instance.health().askSoon();
        }
    }

    /** Keeps what was brought; if that fails, what was in force before is brought again. */
    private boolean keepOrTakeBack(Map<String, Object> before, BooleanSupplier keep) {
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
