"""The edge cases that break naive implementations (domain.md §8): each by its number, in a sentence, with its proof.

A number that belongs to a later feature is named with what is there already and what is missing. Every test that is
named here exists, and every number is here.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Proved:
    """A case that tests prove: the sentence, and the tests by file (below tests/) and name."""

    says: str
    by: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Later:
    """A case of a feature that is not there yet; `by` is what holds of it today."""

    says: str
    waits_for: str
    by: dict[str, tuple[str, ...]]


CASES: dict[int, Proved | Later] = {
    1: Proved(
        "The same form posted twice, or fifty times at once, is one lead with one activity.",
        {
            "api/test_hooks.py": (
                "test_the_same_form_posted_fifty_times_at_once_is_one_lead_and_one_activity",
                "test_the_same_answers_ten_minutes_later_are_a_submission_of_their_own",
            ),
            "api/test_leads.py": ("test_twenty_forms_of_one_person_at_once_make_one_lead",),
            "store/test_submissions.py": ("test_twenty_at_once_are_one",),
            "worker/test_submissions.py": (
                "test_fifty_calls_at_once_leave_one_job_and_one_lead",
                "test_fifty_posts_with_an_engine_at_work_are_one_lead_and_one_activity",
            ),
        },
    ),
    2: Proved(
        "A provider that sends again, even days later, changes nothing.",
        {
            "api/test_hooks.py": ("test_a_provider_that_sends_again_for_days_is_one_submission",),
            "store/test_submissions.py": ("test_a_providers_name_is_once_for_good_and_answers_for_ten_minutes",),
        },
    ),
    3: Proved(
        "Elementor and CF7 get exactly 200, whatever comes.",
        {
            "api/test_hooks.py": (
                "test_elementor_and_cf7_never_get_another_status_than_200_which_their_visitor_would_see_as_an_error",
                "test_no_garbage_gives_anything_but_200",
            )
        },
    ),
    4: Proved(
        "A signature is checked on the bytes as they came, in the provider's own unit of time.",
        {
            "channels/test_forms.py": (
                "test_webflow_signs_the_bytes_and_its_clock_counts_milliseconds",
                "test_one_byte_changed_is_noticed",
            ),
            "api/test_hooks.py": ("test_the_raw_bytes_are_kept_as_they_came",),
        },
    ),
    5: Proved(
        "What WPForms signs in its form format is not what it sends, so JSON is asked for.",
        {
            "channels/test_forms.py": (
                "test_wpforms_in_its_form_format_signs_something_else_than_it_sends_so_it_is_told_to_send_json",
            )
        },
    ),
    6: Proved(
        "A phone that is a number gets its plus, and large numbers stay whole.",
        {
            "api/test_hooks.py": (
                "test_a_phone_that_is_a_number_gets_its_plus_back",
                "test_numbers_beyond_what_javascript_can_count_stay_whole",
            ),
            "actions/test_read_contact.py": ("test_a_number_is_read_as_the_one_that_exists",),
        },
    ),
    7: Proved(
        "A shared number or info@ makes no two people one.",
        {
            "actions/test_capture_lead.py": ("test_two_people_with_one_number_stay_two",),
            "actions/test_note_contact.py": ("test_a_phone_number_never_makes_two_people_one",),
            "actions/test_merge_people.py": (
                "test_two_people_who_write_from_one_desk_are_two_people",
                "test_the_same_desk_and_name_at_once_is_one_person",
            ),
            "api/test_identity.py": ("test_the_same_number_of_two_people_is_a_hint_and_no_more",),
        },
    ),
    8: Proved(
        "Dots, tags, case, punycode and `Name <a@b>` are one address; we write to the one that was given.",
        {
            "leads/test_identity.py": (
                "test_which_addresses_are_one_person",
                "test_unicode_and_punycode_are_one_address",
                "test_every_normal_form_made_again_is_itself_whatever_was_typed",
            ),
            "actions/test_read_contact.py": ("test_the_address_we_send_to_is_the_one_that_was_given",),
            "api/test_hooks.py": ("test_addresses_are_understood_as_people_write_them",),
        },
    ),
    9: Proved(
        "What happened 40 days ago and is told now counts decayed, alerts nobody and moves no last activity.",
        {
            "api/test_activities.py": (
                "test_a_late_event_gets_decayed_points_and_hurries_nobody",
                "test_case_9_what_is_told_late_crosses_no_line",
            ),
            "actions/test_score_lines.py": ("test_a_late_event_counts_decayed_and_alerts_nobody",),
            "api/test_hooks.py": ("test_a_late_submission_counts_from_when_it_was_filled_in",),
        },
    ),
    10: Proved(
        "Time, swaying around a line and publishing rules set off nothing twice and nothing at night.",
        {
            "actions/test_score_lines.py": (
                "test_nothing_fires_at_three_in_the_morning",
                "test_swaying_by_a_point_tells_nobody_twice",
                "test_publishing_reaches_as_far_as_it_was_told_to",
            ),
            "leads/test_scorer.py": ("test_swaying_around_the_line_does_not_sway_the_lead",),
        },
    ),
    11: Proved(
        "Rules that change while a run scores everybody mix no versions.",
        {
            "actions/test_score_lines.py": (
                "test_a_run_of_an_older_version_ends_and_mixes_nothing",
                "test_what_a_newer_version_has_scored_is_not_written_over",
            )
        },
    ),
    12: Proved(
        "A merge doubles no points, loses no no, and leaves one owner, one track and no two meetings.",
        {
            "actions/test_merge_people.py": (
                "test_the_score_is_worked_out_anew_and_what_both_saw_counts_once",
                "test_a_no_said_to_either_record_is_a_no_of_the_person",
                "test_the_stage_is_the_higher_one_and_a_missing_owner_is_taken_over",
                "test_two_meetings_are_never_cancelled_behind_somebodys_back",
                "test_many_merges_among_many_at_once_lose_nothing",
            ),
            "stories/test_silent_leads.py": ("test_case_12_of_two_records_on_one_track_one_is_left_on_it",),
        },
    ),
    13: Proved(
        "An anonymous history attaches once, and a second identity in the same browser splits.",
        {
            "api/test_identity.py": (
                "test_a_visitor_who_signs_in_brings_their_history_once_and_a_second_identity_splits",
                "test_what_another_one_typed_in_this_browser_is_not_brought_to_who_signs_in",
            ),
            "api/test_sessions.py": ("test_an_anonymous_conversation_is_not_handed_to_whoever_signs_in_next",),
        },
    ),
    14: Proved(
        "BANT rests on the lead's own words, never on the agent's question (quoted mail: with the mailbox).",
        {
            "actions/test_note_bant.py": (
                "test_words_they_did_not_write_prove_nothing",
                "test_the_words_of_another_visitor_or_of_the_agent_prove_nothing",
            )
        },
    ),
    15: Proved(
        "“Contact me in Q3” rests the lead until a date, and the quarter is asked about.",
        {
            "actions/test_follow_up_later.py": (
                "test_case_15_a_quarter_is_asked_about_unless_the_playbook_knows_when_years_begin",
                "test_a_lead_rests_until_the_date_they_named",
            ),
            "leads/test_later.py": ("test_a_quarter_alone_names_no_date",),
        },
    ),
    16: Proved(
        "Machines that open and click score nothing, and no GET confirms or cancels anything.",
        {
            "api/test_activities.py": (
                "test_a_scanner_that_clicks_everything_scores_nothing",
                "test_who_did_it_is_told_apart",
            ),
            "actions/test_stages.py": ("test_a_machine_using_the_product_qualifies_nobody",),
            "api/test_privacy.py": ("test_consent_is_told_with_its_text_and_a_second_step_confirms_it",),
            "api/test_bookings.py": ("test_a_guest_sees_the_meeting_and_cancels_it",),
            "stories/test_funded_startups.py": (
                "test_startups_go_to_their_territorys_producer_and_to_the_long_cycle_after_14_silent_days",
            ),
        },
    ),
    17: Later("An out-of-office note is neither a reply nor a bounce.", "reading mail", {}),
    18: Later("A delayed delivery is no bounce, and a bounce belongs to the mail we sent.", "reading mail", {}),
    19: Later("A reply from another address or to an earlier step stops what is about to leave.", "reading mail", {}),
    20: Later(
        "Two automatic answerers do not write to each other for ever.",
        "reading mail",
        {"channels/test_mail_out.py": ("test_a_mail_says_who_writes_to_whom_and_that_a_machine_wrote_it",)},
    ),
    21: Later(
        "A no that comes while a mail leaves is heard, and belongs to whom the mail was written.",
        "sequences",
        {"actions/test_may_contact.py": ("test_a_no_suppresses_and_only_the_persons_own_new_yes_lifts_it",)},
    ),
    22: Later(
        "A mail whose worker died is unknown and not sent again; true of what leaves today, sequences will follow.",
        "sequences",
        {"worker/test_deliver.py": ("test_a_mail_whose_worker_died_becomes_unknown_and_stays_unsent",)},
    ),
    23: Later(
        "Sending hours hold over midnight, summer time and Easter; the arithmetic is there.",
        "sequences",
        {
            "leads/test_hours.py": ("test_a_night_shift_runs_past_midnight",),
            "leads/test_deadline.py": ("test_a_working_day_over_easter_skips_friday_and_monday",),
        },
    ),
    24: Later("A daily cap is a mailbox's, by its own day, whoever sends.", "sequences", {}),
    25: Proved(
        "A rep leaves, and leads, clocks, meetings, queues and keys go on without them (mailboxes: with sequences).",
        {
            "actions/test_leave_team.py": (
                "test_case_25_a_rep_leaves_and_leads_clocks_meetings_and_keys_go_on_without_them",
                "test_a_meeting_nobody_can_take_over_is_told_to_the_manager",
            )
        },
    ),
    26: Proved(
        "A pool that is away falls back with an alarm, and who comes back gets no flood.",
        {
            "actions/test_route_lead.py": (
                "test_case_26_all_of_a_pool_away_or_full_is_the_fallback_queue_and_an_alarm",
                "test_case_26_a_rep_back_from_two_weeks_of_leave_gets_no_flood",
                "test_eight_workers_at_once_give_exact_shares",
            ),
            "leads/test_pool.py": ("test_a_new_hire_and_one_back_from_leave_get_their_share_and_no_flood",),
        },
    ),
    27: Proved(
        "Promises are counted in working time, resumed once, and a breach is told once.",
        {
            "actions/test_chase_deadlines.py": (
                "test_case_27_a_breach_that_two_workers_find_is_told_once",
                "test_case_27_a_lead_of_saturday_is_due_in_the_first_hours_of_monday",
                "test_case_27_a_paused_clock_is_resumed_once",
            ),
            "leads/test_sla.py": (
                "test_a_clock_that_begins_on_saturday_counts_from_monday",
                "test_a_holiday_of_the_rep_s_country_alone_moves_only_their_clock",
                "test_the_week_the_clocks_change_is_counted_in_wall_time",
            ),
        },
    ),
    28: Proved(
        "Of many who want the last time of a host one gets it, on both databases.",
        {
            "api/test_bookings.py": (
                "test_of_two_visitors_one_gets_the_time_and_the_other_other_times",
                "test_twenty_visitors_want_one_hour_of_two_hosts",
            ),
            "actions/test_book_meeting.py": (
                "test_of_sixty_who_book_overlapping_times_of_one_host_exactly_those_that_fit_win",
            ),
            "store/test_concurrency.py": (
                "test_sixty_who_want_overlapping_time_of_one_host_get_what_fits_and_no_more",
            ),
        },
    ),
    29: Proved(
        "No slot is an hour off when clocks change, and a booked meeting is an instant that no new zone rule moves.",
        {
            "leads/test_slots.py": (
                "test_no_slot_is_missing_ambiguous_or_overlapping_when_the_clocks_change",
                "test_a_slot_at_half_past_two_is_not_offered_on_the_night_it_does_not_exist",
                "test_tomorrow_at_nine_asked_at_ten_to_midnight_elsewhere_is_judged_on_the_hosts_clock",
                "test_the_daily_limit_counts_dates_even_where_midnight_is_missing",
            ),
            "leads/test_hours.py": ("test_afternoons_on_the_day_the_clocks_change_are_not_an_hour_off",),
            "channels/test_invitation.py": ("test_a_booking_is_a_request_with_the_meeting_s_own_uid_and_utc_times",),
        },
    ),
    30: Later(
        "A moved meeting is the same event with a higher sequence; guests' answers are not read yet.",
        "calendars",
        {
            "channels/test_invitation.py": ("test_a_moved_meeting_is_the_same_event_with_a_higher_sequence",),
            "worker/test_deliver.py": ("test_an_invitation_that_names_an_older_version_is_not_sent",),
        },
    ),
    31: Proved(
        "Who was erased does not come back with a list.",
        {
            "actions/test_import_leads.py": ("test_who_was_stopped_stays_stopped_whatever_a_list_says",),
            "api/test_privacy.py": ("test_an_erased_address_is_suppressed_and_a_list_cannot_bring_it_back",),
        },
    ),
    32: Proved(
        "A lost deal that is reopened says so.",
        {
            "api/test_pipeline.py": ("test_case_32_a_lost_deal_that_is_reopened_says_so_to_whoever_learns_from_it",),
            "store/test_reports.py": ("test_a_stage_keeps_its_first_time_and_a_reopened_deal_is_not_lost",),
        },
    ),
    33: Proved(
        "An amount or currency that changes after the report is reported as it is, and what it was is kept.",
        {
            "api/test_reports.py": (
                "test_case_33_a_deal_that_changes_after_it_was_reported_is_reported_as_it_is_and_its_changes_are_kept",
            ),
            "api/test_pipeline.py": ("test_every_change_of_a_deal_is_kept_with_who_made_it",),
        },
    ),
    34: Later("A probability on six wins is not shown to a rep.", "predictive scoring", {}),
    35: Proved(
        "Orders in a form are words of a stranger: they score nothing and do not reach the agent.",
        {
            "api/test_hooks.py": (
                "test_case_35_orders_in_a_form_are_words_of_a_stranger_and_nothing_follows_from_them",
                "test_a_form_cannot_set_owner_stage_or_score_whatever_its_fields_are_called",
            ),
            "agent/test_prompts.py": ("test_facts_are_data_and_never_a_template",),
            "leads/test_evidence.py": ("test_an_order_proves_nothing_about_the_visitor",),
        },
    ),
}


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of a file's tests, those of its classes too."""
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    found = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in found if node.name.startswith("test_"))


def test_every_case_has_its_line() -> None:
    assert sorted(CASES) == list(range(1, 36))


@pytest.mark.parametrize("number", CASES)
def test_what_is_said_to_prove_a_case_exists(number: int) -> None:
    case = CASES[number]
    missing = [f"{file}::{name}" for file, names in case.by.items() for name in names if name not in names_in(file)]
    assert missing == []
    assert case.says.endswith(".")
    assert case.by or isinstance(case, Later)


def test_a_case_is_left_for_later_only_with_a_feature_that_is_named() -> None:
    later = {number: case.waits_for for number, case in CASES.items() if isinstance(case, Later)}
    assert set(later) == {*range(17, 25), 30, 34}
    assert set(later.values()) == {"reading mail", "sequences", "calendars", "predictive scoring"}
