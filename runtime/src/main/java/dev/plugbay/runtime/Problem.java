package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A failure as data, the same in Java, REST and on the command line.
 *
 * @param code its code
 * @param detail what happened and why
 * @param plugin which plugin
 * @param instance which instance
 * @param generation which generation
 * @param remedy what to do
 * @param retryable whether the same request can succeed later
 * @param pointer the JSON pointer of the value that is wrong
 * @param details further facts
 */
public record Problem(
        ErrorCode code,
        String detail,
        Optional<String> plugin,
        Optional<String> instance,
        OptionalInt generation,
        Optional<String> remedy,
        boolean retryable,
        Optional<String> pointer,
        Map<String, Object> details) {

    /** Copies the details. */
    public Problem {
        details = Map.copyOf(details);
    }

    /** The problem that a failure describes. */
    public static Problem of(PlugbayException failure) {
        return new Problem(
                failure.code(),
                failure.detail(),
                failure.plugin(),
                failure.instance(),
                failure.generation(),
                failure.remedy(),
                failure.retryable(),
                failure.pointer(),
                failure.details());
    }

    /** The failure that this describes. */
    PlugbayException toException() {
        PlugbayException.Builder builder = PlugbayException.of(code, detail).retryable(retryable);
        plugin.ifPresent(builder::plugin);
        instance.ifPresent(builder::instance);
        generation.ifPresent(builder::generation);
        remedy.ifPresent(builder::remedy);
        pointer.ifPresent(builder::pointer);
        details.forEach(builder::detail);
        return builder.build();
    }
}
