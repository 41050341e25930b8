package dev.plugbay.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmFilterTest {
    private static final VmInfo VM = VmInfo.builder("id", "Web-01.example")
            .powerState(PowerState.RUNNING)
            .location("eu-1")
            .type("small")
            .guestOs("Debian GNU/Linux 12")
            .ipAddresses(List.of("192.0.2.1", "2001:db8::1"))
            .tags(Map.of("team", "web", "empty", ""))
            .build();

    private static boolean matches(VmFilter.Builder filter) {
        return filter.build().matches(VM);
    }

    @Test
    void the_empty_filter_matches_all() {
        assertThat(VmFilter.all().matches(VM)).isTrue();
        assertThat(VmFilter.all().matches(VmInfo.builder("", "").build())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Web-01.example, true",
        "web-01.EXAMPLE, true",
        "web*, true",
        "*01*, true",
        "WEB-0?.ex*, true",
        "*, true",
        "web, false",
        "web-01-example, false",
        "web-0?, false",
        "?, false",
        "'', false",
        "[w]eb*, false",
        "\\Qweb*, false"
    })
    void by_name_with_wildcards(String name, boolean expected) {
        assertThat(matches(VmFilter.builder().name(name))).isEqualTo(expected);
    }

    @Test
    void names_may_hold_anything() {
        VmInfo odd = VmInfo.builder("x", "a\nb (1) $^ \u00c4").build();
        assertThat(VmFilter.builder().name("A*B (1) $^ \u00e4").build().matches(odd))
                .isTrue();
        assertThat(VmFilter.builder().name("a?b*").build().matches(odd)).isTrue();
    }

    @Test
    void a_name_may_hold_what_is_outside_the_basic_plane() {
        VmInfo odd = VmInfo.builder("x", "db-\ud83d\ude80-1").build();
        assertThat(VmFilter.builder().name("db-\ud83d\ude80-1").build().matches(odd))
                .isTrue();
        assertThat(VmFilter.builder().name("db-?-1").build().matches(odd)).isTrue();
        assertThat(VmFilter.builder().name("db-??-1").build().matches(odd)).isFalse();
    }

    /** With a pattern that backtracks this would not end before the sun does. */
    @Test
    @Timeout(20)
    void no_pattern_takes_long() {
        VmInfo longName = VmInfo.builder("x", "a".repeat(2_000)).build();
        assertThat(VmFilter.builder().name("*?".repeat(900) + "b").build().matches(longName))
                .isFalse();
        assertThat(VmFilter.builder().name("*a".repeat(900) + "*").build().matches(longName))
                .isTrue();
    }

    @Test
    void by_any_of_the_power_states() {
        assertThat(matches(VmFilter.builder().powerStates(Set.of(PowerState.RUNNING, PowerState.PAUSED))))
                .isTrue();
        assertThat(matches(VmFilter.builder().powerStates(Set.of(PowerState.STOPPED))))
                .isFalse();
    }

    @Test
    void by_location_and_type_exactly() {
        assertThat(matches(VmFilter.builder().location("eu-1").type("small"))).isTrue();
        assertThat(matches(VmFilter.builder().location("eu"))).isFalse();
        assertThat(matches(VmFilter.builder().location("EU-1"))).isFalse();
        assertThat(matches(VmFilter.builder().type("Small"))).isFalse();
        assertThat(VmFilter.builder()
                        .location("eu-1")
                        .build()
                        .matches(VmInfo.builder("a", "a").build()))
                .isFalse();
    }

    @Test
    void by_a_part_of_the_guests_system_regardless_of_case() {
        assertThat(matches(VmFilter.builder().guestOs("gnu/linux"))).isTrue();
        assertThat(matches(VmFilter.builder().guestOs("windows"))).isFalse();
        assertThat(VmFilter.builder()
                        .guestOs("linux")
                        .build()
                        .matches(VmInfo.builder("a", "a").build()))
                .isFalse();
    }

    @Test
    void by_one_of_its_addresses_exactly() {
        assertThat(matches(VmFilter.builder().ipAddress("2001:db8::1"))).isTrue();
        assertThat(matches(VmFilter.builder().ipAddress("192.0.2"))).isFalse();
    }

    @Test
    void by_tags_where_an_empty_value_matches_any() {
        assertThat(matches(VmFilter.builder().tags(Map.of("team", "web")))).isTrue();
        assertThat(matches(VmFilter.builder().tags(Map.of("team", "", "empty", ""))))
                .isTrue();
        assertThat(matches(VmFilter.builder().tags(Map.of("team", "db")))).isFalse();
        assertThat(matches(VmFilter.builder().tags(Map.of("Team", "web")))).isFalse();
        assertThat(matches(VmFilter.builder().tags(Map.of("team", "web", "missing", ""))))
                .isFalse();
    }

    @Test
    void every_field_that_is_set_must_match() {
        VmFilter.Builder both = VmFilter.builder().name("web*").location("eu-1");
        assertThat(matches(both)).isTrue();
        assertThat(matches(both.type("large"))).isFalse();
    }
}
