package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @Test
    void versions_sort_as_semver_org_says() {
        List<Version> sorted = List.of(
                        "1.0.0-0",
                        "1.0.0-2",
                        "1.0.0-11",
                        "1.0.0-alpha",
                        "1.0.0-alpha.1",
                        "1.0.0-alpha.beta",
                        "1.0.0-beta",
                        "1.0.0-beta.2",
                        "1.0.0-beta.11",
                        "1.0.0-rc.1",
                        "1.0.0",
                        "1.0.1",
                        "1.2.0",
                        "1.10.0",
                        "2.0.0")
                .stream()
                .map(Version::parse)
                .toList();
        for (int seed = 0; seed < 50; seed++) {
            List<Version> shuffled = new ArrayList<>(sorted);
            Collections.shuffle(shuffled, new Random(seed));
            Collections.sort(shuffled);
            assertThat(shuffled).isEqualTo(sorted);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "01.2.3",
                "1.2.03",
                "1.2.3-",
                "1.2.3-01",
                "1.2.3-a..b",
                "1.2.3+",
                "v1.2.3",
                "1.2.x",
                " 1.2.3",
                "1.2.3/..",
                "-1.2.3",
                "1.2.9999999999999999999",
                "1.2.3-\u00e9"
            })
    void what_is_no_version_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Version.parse(text));
        assertThat(Version.find(text)).isEmpty();
    }

    @Test
    void build_metadata_is_kept_but_does_not_order() {
        Version version = Version.parse("1.2.3-rc.1+build.5");
        assertThat(version).hasToString("1.2.3-rc.1+build.5").isEqualByComparingTo(Version.parse("1.2.3-rc.1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "^1.0; 1.0.0 1.0.1 1.9.9; 0.9.9 2.0.0 1.0.0-SNAPSHOT 2.0.0-alpha",
                "^1.2.3; 1.2.3 1.3.0; 1.2.2 2.0.0",
                "^0.2.3; 0.2.3 0.2.9; 0.3.0 0.2.2 1.0.0",
                "^0.0.3; 0.0.3; 0.0.4 0.0.2",
                "^0.0; 0.0.0 0.0.9; 0.1.0",
                "^0; 0.0.0 0.9.0; 1.0.0",
                "~1.2; 1.2.0 1.2.9; 1.3.0 1.1.9",
                "~1.2.3; 1.2.3 1.2.9; 1.3.0 1.2.2",
                "~1; 1.0.0 1.9.0; 2.0.0 0.9.0",
                ">=1.2 <2; 1.2.0 1.9.9; 2.0.0 1.1.9 2.0.0-rc.1",
                ">= 1.2   < 2; 1.2.0 1.9.9; 2.0.0",
                ">1; 2.0.0; 1.9.9 1.0.0",
                ">1.2; 1.3.0; 1.2.9",
                "<=1.2; 1.2.9 0.0.1; 1.3.0",
                "<1.2; 1.1.9; 1.2.0 1.2.0-rc.1",
                "1.2.x; 1.2.0 1.2.7; 1.3.0",
                "1.x; 1.0.0 1.9.0; 2.0.0",
                "1.2; 1.2.0 1.2.7; 1.3.0",
                "1; 1.0.0 1.9.7; 2.0.0",
                "1.2.3; 1.2.3 1.2.3+b; 1.2.4 1.2.3-rc.1",
                "*; 0.0.0 99.0.0; 1.0.0-rc.1",
                "<*; ; 0.0.0 1.0.0 0.0.0-0",
                "^1.0 || ^3.0; 1.5.0 3.5.0; 2.0.0 4.0.0",
                ">=1.1.0-rc.1; 1.1.0-rc.1 1.1.0-rc.2 1.1.0 2.0.0; 1.1.0-beta 1.2.0-rc.1",
                "^1.1.0-rc.1; 1.1.0-rc.2 1.2.0; 1.2.0-rc.1 2.0.0",
            })
    void ranges_hold_what_npm_says(String range, String inside, String outside) {
        VersionRange parsed = VersionRange.parse(range);
        for (String version : inside == null ? new String[0] : inside.split(" ", -1)) {
            assertThat(parsed.contains(Version.parse(version)))
                    .as(version + " in " + range)
                    .isTrue();
        }
        for (String version : outside.split(" ", -1)) {
            assertThat(parsed.contains(Version.parse(version)))
                    .as(version + " not in " + range)
                    .isFalse();
        }
        assertThat(parsed).hasToString(range).isEqualTo(VersionRange.parse(range));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "a", "1.2.3.4", "^", ">=", "1.x.3", "x.1", "^1.0 ||", "|| 1", "1 - 2", "[1,2)", "1.2-rc",
                ">=1.2<2", "^^1", "1.2.3-"
            })
    void what_is_no_range_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> VersionRange.parse(text));
    }

    @Test
    void bounds_agree_with_the_order_for_random_versions() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            Version low = Version.of(random.nextInt(4), random.nextInt(4), random.nextInt(4));
            Version tried = Version.of(random.nextInt(5), random.nextInt(5), random.nextInt(5));
            assertThat(VersionRange.parse(">=" + low).contains(tried)).isEqualTo(tried.compareTo(low) >= 0);
            assertThat(VersionRange.parse("<" + low).contains(tried)).isEqualTo(tried.compareTo(low) < 0);
            boolean caret = tried.compareTo(low) >= 0
                    && tried.major() == low.major()
                    && (low.major() != 0 || tried.minor() == low.minor())
                    && (low.major() != 0 || low.minor() != 0 || tried.patch() == low.patch());
            assertThat(VersionRange.parse("^" + low).contains(tried))
                    .as("%s in ^%s", tried, low)
                    .isEqualTo(caret);
        }
    }
}
