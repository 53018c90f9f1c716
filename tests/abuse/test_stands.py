"""Which test stands for which way of abuse; numbers run from 1 to 36, and some belong to proofs."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

TESTS = Path(__file__).parents[1]
STANDING: Final[Mapping[str, tuple[str, ...]]] = {
    "01 a record cut at every byte": ("unit/document/test_canonical.py::a_record_cut_anywhere_is_refused",),
    "02 every bit flipped": (
        "abuse/test_inputs.py::02_every_flipped_bit_of_a_record_gives_another_id_and_digest",
        "unit/knowledge/check/test_check.py::every_flipped_bit_of_a_record_is_an_error",
        "unit/knowledge/test_folder.py::every_changed_byte_of_a_stored_record_is_noticed",
    ),
    "03 one id with two digests": (
        "unit/knowledge/check/test_relations.py::one_id_with_two_digests_is_an_error",
        "unit/knowledge/test_folder.py::another_file_under_the_same_id_makes_the_writer_draw_a_new_salt",
    ),
    "04 a renamed file": (
        "unit/knowledge/check/test_check.py::a_renamed_record_is_named_with_its_true_id",
        "unit/knowledge/check/test_check.py::a_record_that_lies_nowhere_else_is_an_error_and_nobody_is_told_to_delete_it",
    ),
    "12 texts that are no ids": (
        "abuse/test_inputs.py::12_what_is_no_id_is_refused_before_a_path_is_built",
        "abuse/test_inputs.py::12_an_id_is_read_in_every_spelling",
        "unit/document/test_identity.py::any_text_is_an_id_or_a_usage_error",
    ),
    "13 unsafe crates and bundles": (
        "abuse/test_crates.py::13_an_unsafe_crate_is_refused_and_nothing_is_written",
        "unit/knowledge/test_bundle.py::a_bundle_that_holds_anything_else_is_refused_as_a_whole",
    ),
    "14 YAML with aliases, tags and double keys": (
        "unit/document/test_strict_yaml.py::what_hides_or_has_two_meanings_is_refused_with_its_line",
        "unit/document/test_strict_yaml.py::an_alias_bomb_is_refused_at_its_first_anchor",
    ),
    "15 JSON of a hundred thousand levels": (
        "unit/document/test_canonical.py::what_is_not_canonical_is_named",
        "cli/test_faults.py::files_nested_without_end_are_told",
    ),
    "16 markup in every text": (
        "site/test_inert.py::no_text_of_a_record_becomes_an_element_or_runs",
        "site/test_citing.py::the_citation_of_an_attack_is_text",
        "cli/test_cite.py::a_record_every_text_of_which_is_hostile_is_cited_inertly",
    ),
    "17 what breaks a cell of a table": (
        "cli/test_compare.py::markdown_shows_what_is_hostile_and_obeys_none_of_it",
        "cli/test_reading.py::a_summary_for_a_bug_tracker_holds_nothing_that_is_markup",
        "unit/exchange/test_export.py::a_table_has_one_line_a_record_and_the_same_cells_in_each",
    ),
    "18 templates and snippets": ("site/test_inert.py::the_text_of_an_attack_is_shown_as_it_is",),
    "19 a cell that is a formula": ("unit/exchange/test_export.py::no_cell_of_a_table_is_a_formula",),
    "20 BibTeX that closes its entry": ("unit/cite/test_formats.py::pybtex_reads_back_what_was_cited",),
    "21 files without end": (
        "abuse/test_inputs.py::21_a_million_keys_are_refused_by_their_size",
        "unit/knowledge/check/test_check.py::two_gigabytes_are_refused_unread",
    ),
    "22 texts in other spellings": (
        "abuse/test_inputs.py::22_another_spelling_of_a_text_is_refused",
        "abuse/test_inputs.py::22_a_text_that_turns_its_direction_is_shown_as_what_it_is",
        "unit/document/test_canonical.py::the_writer_brings_text_and_zero_to_one_spelling",
    ),
    "23 numbers that are none": ("unit/document/test_canonical.py::what_is_not_canonical_is_named",),
    "24 moments that cannot be": (
        "abuse/test_inputs.py::24_a_moment_that_cannot_be_is_refused",
        "abuse/test_inputs.py::24_a_record_from_more_than_five_minutes_ahead_is_a_warning",
    ),
    "25 links, pipes and devices": (
        "unit/knowledge/test_folder.py::what_is_no_regular_file_in_a_records_place_is_refused",
        "unit/knowledge/test_folder.py::a_folder_that_is_a_link_out_of_the_base_is_not_followed",
    ),
    "26 two writers of one id": ("unit/knowledge/test_files.py::many_writers_of_one_name_have_one_winner",),
    "27 a kill at any system call": (
        "abuse/test_killed.py::27_a_writer_killed_at_any_system_call_leaves_the_old_state_or_the_new_one",
        "unit/knowledge/test_faults.py::whatever_was_told_to_be_written_survives_any_kill",
    ),
    "28 a full or failing disk": (
        "unit/knowledge/test_files.py::a_failing_disk_leaves_nothing_and_says_so_in_one_line",
        "unit/knowledge/test_faults.py::a_full_file_system_is_told_and_leaves_nothing",
        "cli/test_record.py::a_full_or_blocked_disk_loses_nothing_that_was_said",
    ),
    "29 a read-only folder": ("unit/knowledge/test_faults.py::a_read_only_file_system_is_told",),
    "30 no hard links": (
        "unit/knowledge/test_files.py::without_hard_links_nothing_is_overwritten_either",
        "unit/knowledge/test_files.py::a_faster_writer_without_hard_links_wins",
    ),
    "31 a clone with other line ends": (
        "abuse/test_inputs.py::31_a_clone_with_other_line_ends_is_told_why_and_how_to_mend_it",
        "unit/knowledge/test_creation.py::git_with_autocrlf_leaves_records_alone_and_ignores_private_ones",
    ),
    "32 planted secrets": (
        "cli/test_record.py::no_secret_is_in_any_file_that_was_written",
        "cli/test_export.py::32_no_secret_is_in_an_export_or_a_page",
        "unit/document/redaction/test_planted.py::a_secret_is_gone_in_every_encoding",
    ),
    "33 amendments in a circle or of nothing": (
        "unit/knowledge/check/test_relations.py::a_circle_of_amendments_is_an_error_of_each_record_in_it",
        "unit/knowledge/check/test_check.py::a_link_to_a_record_that_is_not_here_is_told",
        "cli/test_amend.py::what_cannot_be_amended_is_told_in_one_line_and_nothing_is_written",
    ),
}
"""What stands against each, as file and name of tests."""


@pytest.mark.parametrize("abuse", STANDING)
def test_what_stands_against_it_is_there(abuse: str) -> None:
    for place in STANDING[abuse]:
        file, _, name = place.partition("::")
        text = (TESTS / file).read_text("utf-8")
        assert re.search(rf"def test_{name}\(", text), place
