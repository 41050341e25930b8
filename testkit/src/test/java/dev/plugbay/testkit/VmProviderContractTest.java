package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.plugbay.cloud.VmProvider;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract lets a provider pass that keeps it, and none with a flaw. */
class VmProviderContractTest {
    private static final String FLAW = "flaw";

    @Test
    void a_provider_that_keeps_the_contract_passes() {
        assertThat(failing(Flaw.NONE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void each_flaw_is_noticed_by_the_test_that_is_there_for_it(Flaw flaw) {
        assertThat(failing(flaw)).contains(flaw.test());
    }

    private static Set<String> failing(Flaw flaw) {
        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Model.class))
                .configurationParameter(FLAW, flaw.name())
                .execute();
        assertThat(results.testEvents().started().count()).as("tests that ran").isGreaterThan(40);
        Set<String> failing = new TreeSet<>();
        results.testEvents()
                .finished()
                .filter(event ->
                        event.getRequiredPayload(TestExecutionResult.class).getStatus()
                                != TestExecutionResult.Status.SUCCESSFUL)
                .forEach(event -> event.getTestDescriptor()
                        .getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(MethodSource.class::cast)
                        .ifPresent(source -> failing.add(source.getMethodName())));
        return failing;
    }

    /** The contract's implementor under test; run only by the tests above. */
    static final class Model implements VmProviderContract {
        @RegisterExtension
        static final ParameterResolver FLAWS = new FlawResolver();

        private final ModelProvider provider;

        Model(Flaw flaw) {
            provider = new ModelProvider(flaw);
        }

        @Override
        public VmProvider provider() {
            return provider;
        }

        @Override
        public Set<String> ids() {
            return ModelProvider.ids();
        }

        @Override
        public String exportable() {
            return "x/1";
        }

        @Override
        public Object sourceState() {
            return provider.source();
        }
    }

    private static final class FlawResolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Flaw.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getConfigurationParameter(FLAW, Flaw::valueOf).orElse(Flaw.NONE);
        }
    }
}
