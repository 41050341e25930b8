package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PointShape.MethodShape;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What generated handles call, through constant method handles: so the generated class needs to see nothing but the interface and the JDK. No state.
 */
final class HandleSupport {
    private HandleSupport() {}

    static Object enter(MethodShape method, Object state) {
        return ((HandleState) state).enter(method.info());
    }

    static @Nullable Object extension(Object frame) {
        return ((ActiveCall) frame).extension;
    }

    /** A value into the plugin; before the call, since a mistake here is the caller's. */
    static Object argument(ValueBorder border, String method, @Nullable Object value) {
        if (value instanceof String) {
            return value;
        }
        try {
            return border.copy(value);
        } catch (ValueBorder.Refused refused) {
            throw PlugbayException.of(ErrorCode.INVALID_REQUEST, "argument of " + method + ": " + refused.getMessage())
                    .build();
        }
    }

    /** A host's object into the plugin, for the time of the lease. */
    static @Nullable Object lend(
            ValueBorder border, Crossing crossing, MethodShape method, Object frame, @Nullable Object value) {
        ActiveCall call = (ActiveCall) frame;
        if (value == null) {
            throw PlugbayException.of(
                            ErrorCode.INVALID_REQUEST,
                            "argument of " + method.info().label() + ": null is refused")
                    .build();
        }
        return switch (crossing.kind()) {
            case INPUT -> new LentInputStream((InputStream) value, new Loan(call, call.services()));
            case OUTPUT -> new LentOutputStream((OutputStream) value, new Loan(call, call.services()));
            default -> ListenerBorder.wrap(crossing.type(), value, border, new Loan(call, call.services()));
        };
    }

    /** The result out of the plugin; leaves. */
    static @Nullable Object result(
            ValueBorder border, MethodShape method, Object state, Object frame, @Nullable Object value) {
        ActiveCall call = (ActiveCall) frame;
        HandleState from = (HandleState) state;
        Object crossed;
        try {
            crossed = value instanceof String ? value : cross(border, method, from, call, value);
        } catch (ValueBorder.Refused refused) {
            throw refuse(method, from, call, refused);
        } catch (Throwable failure) {
            throw from.factory().guard().fail(call, failure);
        }
        try {
            from.factory().guard().finish(call);
        } catch (PlugbayException late) {
            abandon(crossed);
            throw late;
        }
        return crossed;
    }

    static void exit(Object state, Object frame) {
        ((HandleState) state).factory().guard().finish((ActiveCall) frame);
    }

    static RuntimeException fail(Object state, Object frame, Throwable failure) {
        return ((HandleState) state).factory().guard().fail((ActiveCall) frame, failure);
    }

    static String name(PointShape shape, Object state) {
        return "handle of " + shape.point().getName() + " on " + ((HandleState) state).instance();
    }

    private static Object cross(
            ValueBorder border, MethodShape method, HandleState state, ActiveCall call, @Nullable Object value) {
        if (value == null) {
            throw new ValueBorder.Refused("null is refused");
        }
        CallGuard guard = state.factory().guard();
        return switch (method.result().kind()) {
            case INPUT -> new HeldInputStream((InputStream) value, new Hold(guard, call, method.info(), "stream"));
            case OUTPUT -> new HeldOutputStream((OutputStream) value, new Hold(guard, call, method.info(), "stream"));
            case CLOSEABLE ->
                new HeldCloseable((AutoCloseable) value, new Hold(guard, call, method.info(), "closeable"));
            case STAGE ->
                HeldStage.of(
                        (CompletionStage<?>) value,
                        border,
                        new Hold(guard, call, method.info(), "stage"),
                        call.loaderBefore);
            case CHILD -> child(method.result(), state, call, value);
            default -> border.copy(value);
        };
    }

    private static Object child(Crossing crossing, HandleState state, ActiveCall call, Object value) {
        if (value instanceof Optional<?> optional && crossing.type() == Optional.class) {
            return optional.map(object -> one(crossing, state, call, object));
        }
        if (value instanceof List<?> list && crossing.type() == List.class) {
            List<Object> handles = new ArrayList<>();
            for (Object object : list) {
                handles.add(one(crossing, state, call, object));
            }
            return List.copyOf(handles);
        }
        return one(crossing, state, call, value);
    }

    private static Object one(Crossing crossing, HandleState state, ActiveCall call, @Nullable Object object) {
        if (object == null) {
            throw new ValueBorder.Refused("null is refused");
        }
        return state.factory().child(crossing.child(), new ChildRef(call.requiredTarget(), object));
    }

    private static PlugbayException refuse(
            MethodShape method, HandleState state, ActiveCall call, ValueBorder.Refused refused) {
        CallTarget target = call.requiredTarget();
        PlugbayException failure = PlugbayException.of(
                        ErrorCode.CALL_FAILED,
                        "result of " + method.info().label() + " of \"" + target.instance() + "\": "
                                + refused.getMessage())
                .plugin(target.plugin())
                .instance(target.instance())
                .generation(target.generation())
                .remedy("This is for the plugin's author: return values of the extension point's API only.")
                .build();
        state.factory().guard().exit(call);
        return failure;
    }

    private static void abandon(Object crossed) {
        if (crossed instanceof AutoCloseable open) {
            try {
                open.close();
            } catch (Exception failure) {
                return; // the caller hears of the deadline; the lease is back either way
            }
        }
    }
}
