package dev.plugbay.testkit;

/** A way in which {@link ModelProvider} breaks its contract, with the test that must notice. */
enum Flaw {
    NONE(""),
    UNORDERED("lists_every_machine_once_ordered_by_id"),
    HIDES_ONE("lists_every_machine_once_ordered_by_id"),
    GETS_OTHER_STATE("gets_each_listed_machine_as_it_was_listed"),
    DECODES_IDS("what_only_resembles_an_id_is_not_found"),
    TRIMS_IDS("what_only_resembles_an_id_is_not_found"),
    IGNORES_NAME("filters_by_name_regardless_of_case_and_with_wildcards"),
    MINDS_CASE_OF_NAME("filters_by_name_regardless_of_case_and_with_wildcards"),
    IGNORES_POWER_STATE("filters_by_power_state"),
    IGNORES_LOCATION("filters_by_location"),
    IGNORES_TYPE("filters_by_type"),
    IGNORES_GUEST("filters_by_a_part_of_the_guests_system_regardless_of_case"),
    IGNORES_ADDRESS("filters_by_address"),
    IGNORES_TAGS("filters_by_tags_with_and_without_value"),
    IGNORES_TAG_VALUES("filters_by_tags_with_and_without_value"),
    JOINS_BY_OR("fields_of_a_filter_are_joined_by_and"),
    REPEATS_AT_PAGES("pages_of_any_size_make_the_whole_list"),
    FORGETS_AT_PAGES("pages_of_any_size_make_the_whole_list"),
    CURSOR_MOVES("a_cursor_can_be_used_again"),
    TAKES_ANY_CURSOR("a_bad_cursor_is_an_invalid_request"),
    SEARCHES_NAMES_ONLY("search_finds_parts_of_ids_names_tags_and_addresses_regardless_of_case"),
    WRONG_CHECKSUM("an_export_writes_what_its_result_says"),
    WRONG_SIZE("an_export_writes_what_its_result_says"),
    EXTRA_FILE("an_export_writes_what_its_result_says"),
    WRITES_BESIDE("an_export_writes_what_its_result_says"),
    TOUCHES_SOURCE("an_export_writes_what_its_result_says"),
    FORGETS_METADATA("an_export_writes_what_its_result_says"),
    PROGRESS_GOES_BACK("progress_never_goes_back_and_ends_at_100_percent"),
    PROGRESS_STOPS_SHORT("progress_never_goes_back_and_ends_at_100_percent"),
    ONLY_THE_END_IS_REPORTED("progress_never_goes_back_and_ends_at_100_percent"),
    LEAVES_PARTS_AFTER_CANCEL("a_cancel_in_the_middle_leaves_nothing"),
    IGNORES_CANCEL("a_cancel_in_the_middle_leaves_nothing"),
    UNKNOWN_IS_A_FAILED_CALL("an_export_of_an_unknown_id_is_not_found"),
    TAKES_ANY_FORMAT("what_cannot_be_honoured_is_refused"),
    TAKES_ANY_DISK("what_cannot_be_honoured_is_refused"),
    TAKES_SNAPSHOTS("what_cannot_be_honoured_is_refused");

    private final String test;

    Flaw(String test) {
        this.test = test;
    }

    /** The method of the contract that must fail. */
    String test() {
        return test;
    }
}
