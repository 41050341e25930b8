package dev.plugbay.runtime;

import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Generations that greet, without a host, and handles to them. */
final class Doors implements AutoCloseable {
    final CallServices services;
    private final HandleFactory handles;

    /** With this time between a cancellation and the interrupt. */
    Doors(Duration grace) {
        services = new CallServices(() -> grace);
        handles = new HandleFactory(new CallGuard(services));
    }

    Points.Greeter handle(TargetRef ref) {
        return handles.handle(Points.Greeter.class, ref, "");
    }

    static Target target(String instance, int generation, UnaryOperator<String> body) {
        Points.Greeter greeter = body::apply;
        return new Target(instance, generation, Doors.class.getClassLoader()).offer(Points.Greeter.class, "", greeter);
    }

    static Thread thread(boolean virtual, Runnable work) {
        return (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(work);
    }

    @Override
    public void close() {
        services.close();
    }
}
