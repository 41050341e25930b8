package dev.plugbay.daemon;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.Cancellation;
import dev.plugbay.runtime.ExtensionHandle;
import dev.plugbay.runtime.PluginHost;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** As much of a host as the parts under test see of one: providers by instance, called directly, with the call's context bound. */
final class FakeHost {
    private final Map<String, VmProvider> providers = new TreeMap<>();
    private final Path home;

    FakeHost(Path home) {
        this.home = home;
    }

    FakeHost with(String instance, VmProvider provider) {
        providers.put(instance, provider);
        return this;
    }

    /** A provider that neither starts nor stops anything. */
    static VmProvider withoutPower(VmProvider provider) {
        return (VmProvider) Proxy.newProxyInstance(
                FakeHost.class.getClassLoader(),
                new Class<?>[] {VmProvider.class},
                (proxy, method, arguments) -> method.invoke(provider, arguments));
    }

    PluginHost host() {
        return (PluginHost) Proxy.newProxyInstance(
                FakeHost.class.getClassLoader(),
                new Class<?>[] {PluginHost.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "extensions" -> handles();
                    case "find" ->
                        Optional.ofNullable(providers.get(arguments[1])).filter(((Class<?>) arguments[0])::isInstance);
                    case "call" -> call((CallOptions) arguments[0], (Callable<?>) arguments[1]);
                    case "plugin" -> Optional.empty();
                    case "plugins" -> List.of();
                    case "home" -> home;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private List<ExtensionHandle<VmProvider>> handles() {
        return providers.entrySet().stream()
                .map(entry -> new ExtensionHandle<>(entry.getKey(), entry.getKey(), "", 0, Map.of(), entry.getValue()))
                .toList();
    }

    private static Object call(CallOptions options, Callable<?> work) throws Exception {
        Cancellation cancellation = options.cancellation().orElseGet(Cancellation::new);
        CallContext before = CurrentCall.bind(new Bound(options, cancellation));
        try {
            return work.call();
        } catch (PluginException e) {
            throw PlugbayException.of(e.code(), String.valueOf(e.getMessage())).build();
        } catch (PlugbayException e) {
            throw e;
        } catch (RuntimeException e) {
            throw PlugbayException.of(ErrorCode.CALL_FAILED, e.toString()).build();
        } finally {
            CurrentCall.bind(before);
        }
    }

    private record Bound(CallOptions options, Cancellation cancellation) implements CallContext {
        @Override
        public Optional<Instant> deadline() {
            return Optional.empty();
        }

        @Override
        public boolean cancelled() {
            return cancellation.cancelled();
        }

        @Override
        public void throwIfCancelled() {
            if (cancelled()) {
                throw new PluginException(ErrorCode.CALL_CANCELLED, "cancelled");
            }
        }

        @Override
        public Registration onCancel(Runnable action) {
            return cancellation.onCancel(action);
        }

        @Override
        public String caller() {
            return options.caller();
        }

        @Override
        public String traceId() {
            return options.traceId();
        }
    }
}
