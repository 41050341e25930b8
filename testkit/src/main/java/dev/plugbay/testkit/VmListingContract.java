package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.cloud.VmProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@link VmProviderContract} about finding machines. */
public interface VmListingContract extends VmSamples {
    /** What no sample is called. */
    String NOBODY = "nobody-is-called-like-this";

    /** The provider is usable as the samples have it. */
    @Test
    default void validates() {
        assertThat(provider().validate().ok()).isTrue();
        assertThat(provider().capabilities().exportFormats()).isNotEmpty().doesNotHaveDuplicates();
        assertThat(provider().capabilities().consistencies()).isNotEmpty();
    }

    /** {@link VmProvider#list}. */
    @Test
    default void lists_every_machine_once_ordered_by_id() {
        assertThat(ids().size()).as("samples").isGreaterThanOrEqualTo(4);
        List<String> listed = ids(all());
        assertThat(listed).containsExactlyInAnyOrderElementsOf(ids());
        assertThat(listed).isSorted();
        assertThat(all()).allSatisfy(vm -> assertThat(vm.name()).isNotEmpty());
    }

    /** {@link VmProvider#get}. */
    @Test
    default void gets_each_listed_machine_as_it_was_listed() {
        for (VmInfo vm : all()) {
            assertThat(provider().get(vm.id())).as("get of \"%s\"", vm.id()).contains(vm);
        }
    }

    /** {@link VmProvider#get} of what is not there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nobody",
                "no/body",
                "no body",
                "no%20body",
                "%",
                "%2e%2e",
                "..",
                "../nobody",
                ".",
                "/",
                "/etc/passwd",
                "no\\body",
                "no\0body",
                "*",
                "?"
            })
    default void an_unknown_id_is_not_found(String id) {
        if (!ids().contains(id)) {
            assertThat(provider().get(id)).isEmpty();
        }
    }

    /** An id is compared as it is: nothing is decoded, trimmed or normalised. */
    @Test
    default void what_only_resembles_an_id_is_not_found() {
        for (String id : ids()) {
            for (String like :
                    List.of(id + " ", " " + id, id + "/", "/" + id, "./" + id, id.replace(" ", "%20"), id + "\0")) {
                if (!ids().contains(like)) {
                    assertThat(provider().get(like)).as("get of \"%s\"", like).isEmpty();
                }
            }
        }
    }

    /** {@link VmFilter#name}. */
    @Test
    default void filters_by_name_regardless_of_case_and_with_wildcards() {
        for (VmInfo vm : all()) {
            String name = vm.name();
            for (String glob : List.of(
                    name,
                    name.toUpperCase(Locale.ROOT),
                    name.charAt(0) + "*",
                    "*" + name.substring(1),
                    "?" + name.substring(1),
                    "*")) {
                assertFilter(VmFilter.builder().name(glob).build());
            }
            assertFilter(VmFilter.builder().name(name + "?").build());
        }
        assertNone(VmFilter.builder().name(NOBODY).build());
    }

    /** {@link VmFilter#powerStates}. */
    @Test
    default void filters_by_power_state() {
        for (PowerState state : PowerState.values()) {
            assertFilter(VmFilter.builder().powerStates(Set.of(state)).build());
        }
        assertFilter(VmFilter.builder()
                .powerStates(Set.of(PowerState.RUNNING, PowerState.STOPPED))
                .build());
    }

    /** {@link VmFilter#location}. */
    @Test
    default void filters_by_location() {
        values(VmInfo::location).forEach(location -> {
            assertFilter(VmFilter.builder().location(location).build());
            assertNone(VmFilter.builder().location(location + NOBODY).build());
        });
        assertNone(VmFilter.builder().location(NOBODY).build());
    }

    /** {@link VmFilter#type}. */
    @Test
    default void filters_by_type() {
        values(VmInfo::type)
                .forEach(type -> assertFilter(VmFilter.builder().type(type).build()));
        assertNone(VmFilter.builder().type(NOBODY).build());
    }

    /** {@link VmFilter#guestOs}. */
    @Test
    default void filters_by_a_part_of_the_guests_system_regardless_of_case() {
        values(VmInfo::guestOs).forEach(os -> {
            assertFilter(VmFilter.builder().guestOs(os).build());
            assertFilter(VmFilter.builder()
                    .guestOs(os.substring(0, (os.length() + 1) / 2).toUpperCase(Locale.ROOT))
                    .build());
        });
        assertNone(VmFilter.builder().guestOs(NOBODY).build());
    }

    /** {@link VmFilter#ipAddress}. */
    @Test
    default void filters_by_address() {
        for (VmInfo vm : all()) {
            vm.ipAddresses()
                    .forEach(address ->
                            assertFilter(VmFilter.builder().ipAddress(address).build()));
        }
        assertNone(VmFilter.builder().ipAddress("203.0.113.254").build());
    }

    /** {@link VmFilter#tags}. */
    @Test
    default void filters_by_tags_with_and_without_value() {
        for (VmInfo vm : all()) {
            vm.tags().forEach((tag, value) -> {
                assertFilter(VmFilter.builder().tags(Map.of(tag, value)).build());
                assertFilter(VmFilter.builder().tags(Map.of(tag, "")).build());
                assertFilter(
                        VmFilter.builder().tags(Map.of(tag, value + NOBODY)).build());
                assertNone(
                        VmFilter.builder().tags(Map.of(tag, value, NOBODY, "")).build());
            });
        }
        assertNone(VmFilter.builder().tags(Map.of(NOBODY, "")).build());
    }

    /** All fields of a filter must match. */
    @Test
    default void fields_of_a_filter_are_joined_by_and() {
        for (VmInfo vm : all()) {
            VmFilter both = VmFilter.builder()
                    .name(vm.name())
                    .powerStates(Set.of(vm.powerState()))
                    .build();
            assertFilter(both);
            assertNone(both.toBuilder().location(NOBODY).build());
        }
    }

    /** {@link Page}. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    default void pages_of_any_size_make_the_whole_list(int size) {
        assertThat(walk(size, page -> provider().list(VmFilter.all(), page))).isEqualTo(all());
        VmFilter some = VmFilter.builder()
                .name("*" + all().getLast().name().charAt(0) + "*")
                .build();
        List<VmInfo> matching = all().stream().filter(some::matches).toList();
        assertThat(walk(size, page -> provider().list(some, page))).isEqualTo(matching);
        assertThat(walk(size, page -> provider().search("", page))).isEqualTo(all());
    }

    /** The cursor of one page leads to the same next page each time. */
    @Test
    default void a_cursor_can_be_used_again() {
        String next = provider().list(VmFilter.all(), Page.first(2)).next().orElseThrow();
        List<VmInfo> second =
                provider().list(VmFilter.all(), Page.first(2).after(next)).items();
        assertThat(second).isEqualTo(all().subList(2, Math.min(4, all().size())));
        assertThat(provider().list(VmFilter.all(), Page.first(2).after(next)).items())
                .isEqualTo(second);
    }

    /** Texts that are no cursors. */
    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "%%%", "-1", "\u00e4", "bm9uc2Vuc2U"})
    default void a_bad_cursor_is_an_invalid_request(String cursor) {
        Failures.assertCode(
                () -> provider().list(VmFilter.all(), Page.first().after(cursor)), ErrorCode.INVALID_REQUEST);
        Failures.assertCode(() -> provider().search("a", Page.first().after(cursor)), ErrorCode.INVALID_REQUEST);
    }

    /** {@link VmProvider#search}. */
    @Test
    default void search_finds_parts_of_ids_names_tags_and_addresses_regardless_of_case() {
        for (VmInfo vm : all()) {
            List<String> texts = new ArrayList<>(
                    List.of(vm.id(), vm.name(), vm.name().substring(vm.name().length() / 2)));
            texts.addAll(vm.tags().keySet());
            texts.addAll(vm.ipAddresses());
            for (String text : texts) {
                List<VmInfo> found = walk(1000, page -> provider().search(text.toUpperCase(Locale.ROOT), page));
                assertThat(ids(found))
                        .as("search for \"%s\"", text)
                        .contains(vm.id())
                        .isSorted();
                assertThat(found).allMatch(hit -> said(hit).contains(text.toLowerCase(Locale.ROOT)));
            }
        }
        assertThat(provider().search(NOBODY, Page.first()).items()).isEmpty();
    }

    /** {@link VmProvider#current}. */
    @Test
    default void the_current_machine_is_one_of_its_own_if_any() {
        provider().current().ifPresent(vm -> assertThat(ids()).contains(vm.id()));
    }

    private List<VmInfo> all() {
        return walk(1000, page -> provider().list(VmFilter.all(), page));
    }

    private void assertFilter(VmFilter filter) {
        List<VmInfo> wanted = all().stream().filter(filter::matches).toList();
        assertThat(walk(1000, page -> provider().list(filter, page)))
                .as("machines for %s", filter)
                .isEqualTo(wanted);
    }

    private void assertNone(VmFilter filter) {
        assertThat(provider().list(filter, Page.first()).items())
                .as("machines for %s", filter)
                .isEmpty();
    }

    private Set<String> values(Function<VmInfo, Optional<String>> field) {
        Set<String> values = new HashSet<>();
        all().forEach(vm -> field.apply(vm).ifPresent(values::add));
        return values;
    }

    private static List<String> ids(List<VmInfo> machines) {
        return machines.stream().map(VmInfo::id).toList();
    }

    private static String said(VmInfo vm) {
        return (vm.id() + "\n" + vm.name() + "\n" + vm.tags() + "\n" + vm.ipAddresses()).toLowerCase(Locale.ROOT);
    }

    private static List<VmInfo> walk(int size, Function<Page, VmPage> list) {
        List<VmInfo> found = new ArrayList<>();
        Optional<Page> page = Optional.of(Page.first(size));
        for (int pages = 0; page.isPresent(); pages++) {
            assertThat(pages).as("pages before the list ends").isLessThan(10_000);
            VmPage part = list.apply(page.get());
            assertThat(part.items()).as("items of a page").hasSizeLessThanOrEqualTo(size);
            assertThat(part.next().isPresent() && part.items().isEmpty())
                    .as("an empty page that is not the last")
                    .isFalse();
            found.addAll(part.items());
            page = part.next().map(Page.first(size)::after);
        }
        return found;
    }
}
