from envkb.publish.render.facts_section import facts_section
from factory import make_fact


def test_families_stand_in_the_order_of_the_vocabulary_and_no_fact_is_lost() -> None:
    facts = [make_fact("gpu/0", "name", "A"), make_fact("cpu", "model", "Ryzen"), make_fact("gpu/1", "name", "B")]
    cpu, gpu = facts_section(facts)
    assert "Ryzen" in cpu
    assert all(f"<dd>{name}" in gpu for name in ("A", "B"))


def test_values_that_are_equal_in_python_alone_are_not_taken_for_each_other() -> None:
    told = [facts_section([make_fact("cpu", "smt", value)])[0] for value in (True, 1, 1.0)]
    assert told[0] != told[1]


def test_what_is_shown_of_a_family_is_made_once() -> None:
    first, again = (facts_section([make_fact("cpu", "model", "Ryzen 9")])[0] for _ in range(2))
    assert first is again
