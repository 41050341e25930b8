package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.PluginCallException;
import dev.plugbay.api.PluginCallException.RemoteCause;
import dev.plugbay.api.PluginException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what came out of plugin frames into text. A throwable's backtrace refers to the classes of its frames, so not even a plain {@code RuntimeException} leaves a
 * plugin as it is. What the throwable says of itself is plugin code too: it may throw, lie, be endless or refer to itself.
 */
final class Failures {
    private static final int MESSAGE = 4_096;
    private static final int FRAMES = 256;
    private static final int CAUSES = 16;

    private Failures() {}

    /**
     * The detached failure.
     *
     * @param what what was called
     * @param cancelledBy what the call was cancelled by, if it was: then that is the failure's code
     */
    static PlugbayException detach(Throwable failure, CallTarget target, String what, @Nullable ErrorCode cancelledBy) {
        return detach(failure, Who.of(target), what, cancelledBy);
    }

    static PlugbayException detach(Throwable failure, Who who, String what, @Nullable ErrorCode cancelledBy) {
        Throwable shown = unwrapped(failure);
        String type = shown.getClass().getName();
        String text = message(shown);
        ErrorCode code = code(shown, cancelledBy);
        boolean typed = cancelledBy == null && (shown instanceof PluginException || shown instanceof PlugbayException);
        String message;
        if (cancelledBy != null) {
            message = what + " on \"" + who.instance() + "\""
                    + (code == ErrorCode.CALL_TIMEOUT ? " passed its deadline" : " was cancelled");
        } else if (typed && !text.isEmpty()) {
            message = text;
        } else {
            message = what + " failed in \"" + who.instance() + "\": " + type + (text.isEmpty() ? "" : ": " + text);
        }
        PlugbayException.Builder builder = PlugbayException.of(code, message)
                .plugin(who.plugin())
                .instance(who.instance())
                .generation(who.generation())
                .stackTrace(stack(shown));
        if (typed) {
            builder.retryable(
                    shown instanceof PluginException authors
                            ? ask(authors::retryable, code.retryable())
                            : shown instanceof PlugbayException ours && ours.retryable());
        }
        if (shown instanceof PlugbayException ours && cancelledBy == null) {
            ours.pointer().ifPresent(builder::pointer);
            ours.remedy().ifPresent(builder::remedy);
        }
        return new PluginCallException(builder, type, causes(shown));
    }

    /** A failure of host code that a plugin called, as the plugin sees it. */
    static PlugbayException ofHost(Throwable failure, String what) {
        String text = message(failure);
        boolean typed = failure instanceof PlugbayException || failure instanceof PluginException;
        return PlugbayException.of(
                        code(failure, null),
                        typed && !text.isEmpty() ? text : what + " of the host failed: " + line(failure))
                .stackTrace(stack(failure))
                .build();
    }

    /** As text for a log line or a report: type, message and causes. */
    static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder(line(failure));
        for (RemoteCause cause : causes(failure)) {
            text.append("; ").append(cause.type()).append(": ").append(cause.message());
        }
        return text.toString();
    }

    private static String line(Throwable failure) {
        String text = message(failure);
        return failure.getClass().getName() + (text.isEmpty() ? "" : ": " + text);
    }

    private static ErrorCode code(Throwable failure, @Nullable ErrorCode cancelledBy) {
        if (cancelledBy != null) {
            return cancelledBy;
        }
        return switch (failure) {
            case PluginException authors -> ask(authors::code, ErrorCode.CALL_FAILED);
            case PlugbayException ours -> ours.code();
            case ExceptionInInitializerError initialiser -> ErrorCode.CALL_FAILED;
            case LinkageError linkage -> ErrorCode.LINK_ERROR;
            default -> ErrorCode.CALL_FAILED;
        };
    }

    /** Without the wrapping that only says "in another thread". */
    private static Throwable unwrapped(Throwable failure) {
        Class<?> type = failure.getClass();
        Throwable cause = type == CompletionException.class || type == ExecutionException.class ? cause(failure) : null;
        return cause == null ? failure : cause;
    }

    private static List<RemoteCause> causes(Throwable failure) {
        List<RemoteCause> found = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.add(failure);
        collect(failure, "", seen, found);
        return found;
    }

    private static void collect(Throwable of, String prefix, Set<Throwable> seen, List<RemoteCause> found) {
        Throwable cause = cause(of);
        if (cause != null && found.size() < CAUSES && seen.add(cause)) {
            found.add(new RemoteCause(
                    cause.getClass().getName(), prefix + identified(cause), Arrays.asList(stack(cause))));
            nested(cause, found);
            collect(cause, prefix, seen, found);
        }
        for (Throwable suppressed : ask(of::getSuppressed, new Throwable[0])) {
            if (found.size() < CAUSES && suppressed != null && seen.add(suppressed)) {
                found.add(new RemoteCause(
                        suppressed.getClass().getName(),
                        "suppressed: " + identified(suppressed),
                        Arrays.asList(stack(suppressed))));
                collect(suppressed, "suppressed: ", seen, found);
            }
        }
        if (prefix.isEmpty() && seen.size() == 1) {
            nested(of, found);
        }
    }

    /** A failure of another plugin that came through this one stays that plugin's. */
    private static void nested(Throwable failure, List<RemoteCause> found) {
        if (failure instanceof PluginCallException call && found.size() < CAUSES) {
            found.add(new RemoteCause(call.remoteType(), identified(call), Arrays.asList(call.getStackTrace())));
            call.causes().stream().limit(CAUSES - found.size()).forEach(found::add);
        }
    }

    private static String identified(Throwable failure) {
        String text = message(failure);
        if (!(failure instanceof PlugbayException ours)) {
            return text;
        }
        String who = ours.instance().orElse("host")
                + (ours.generation().isPresent() ? "#" + ours.generation().getAsInt() : "");
        return ours.code() + " from \"" + who + "\": " + text;
    }

    static String message(Throwable failure) {
        String text = ask(failure::getMessage, "");
        return text.length() <= MESSAGE ? text : text.substring(0, MESSAGE) + "...";
    }

    private static @Nullable Throwable cause(Throwable failure) {
        try {
            return failure.getCause();
        } catch (Throwable hostile) {
            return null;
        }
    }

    static StackTraceElement[] stack(Throwable failure) {
        StackTraceElement[] elements = ask(failure::getStackTrace, new StackTraceElement[0]);
        return elements.length <= FRAMES ? elements : Arrays.copyOf(elements, FRAMES);
    }

    /** What plugin code answers, or {@code otherwise} when it throws or answers {@code null}. */
    private static <T> T ask(Supplier<@Nullable T> question, T otherwise) {
        try {
            T answer = question.get();
            return answer == null ? otherwise : answer;
        } catch (Throwable hostile) {
            return otherwise;
        }
    }

    /**
     * Whose failure it is, without a reference to it.
     *
     * @param plugin the plugin
     * @param instance the instance
     * @param generation the generation
     */
    record Who(String plugin, String instance, int generation) {
        static Who of(CallTarget target) {
            return new Who(target.plugin(), target.instance(), target.generation());
        }
    }
}
