package dev.plugbay.testkit;

import dev.plugbay.cloud.VmProvider;

/**
 * What every {@link VmProvider} promises. A provider's test class implements this and says how its samples are; the tests are inherited:
 *
 * <pre>{@code
 * class AcmeContractTest implements VmProviderContract {
 *     @BeforeEach void samples() { ... }
 *     @Override public VmProvider provider() { return provider; }
 *     ...
 * }
 * }</pre>
 *
 * <p>The samples are made before each test and must not change by themselves during it. They should be at least four machines that differ in as much as the provider
 * can tell of them; where ids may hold a slash, a blank or {@code %}, some should.
 */
public interface VmProviderContract extends VmListingContract, VmExportContract {}
