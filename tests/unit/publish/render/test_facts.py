from envkb.model.fact import Fact, Status
from envkb.publish.render.fact_names import label_of, section_title, title_of
from envkb.publish.render.facts import FactSheet, group_facts
from envkb.publish.render.quantities import Shown
from factory import make_fact, make_missing


def conflict(*tellings: object) -> Fact:
    return make_fact("cpu", "microarchitecture", list(tellings), status=Status.CONFLICT, source=None)


def told(source: str, value: object) -> dict[str, object]:
    return {"source": source, "value": value}


def test_facts_of_one_family_stand_together_and_in_the_order_of_the_vocabulary() -> None:
    facts = [
        make_fact("gpu/10", "name", "B"),
        make_fact("gpu/2", "name", "A"),
        make_fact("zeta", "new", 1),
        make_fact("cpu", "threads", 32),
        make_fact("cpu", "model", "Zen"),
        make_fact("gpu", "count", 2),
    ]
    groups = group_facts(facts)
    assert [group.title for group in groups] == ["CPU", "GPU", "Zeta"]
    assert [section.subject for section in groups[1].sections] == ["gpu", "gpu/2", "gpu/10"]
    assert [fact.name for fact in groups[0].sections[0].known] == ["model", "threads"]
    assert groups[1].headline == "A, B"


def test_a_conflict_shows_every_value_with_its_source() -> None:
    group = group_facts([conflict(told("archspec", "zen4"), told("lscpu", "icelake"))])[0]
    (row,) = group.sections[0].conflicts
    assert row.tellings == (("archspec", Shown("zen4")), ("lscpu", Shown("icelake")))
    assert (group.conflicts, group.values) == (1, 1)


def test_a_conflict_of_odd_form_is_still_shown() -> None:
    group = group_facts([make_fact("cpu", "model", "both", status=Status.CONFLICT)])[0]
    assert group.sections[0].conflicts[0].tellings == (("source not given", Shown("both")),)


def test_facts_without_a_value_are_told_by_their_reason() -> None:
    facts = [
        make_missing("cpu", "governor", Status.ABSENT, "no cpufreq"),
        make_missing("cpu", "turbo", Status.ABSENT, "no cpufreq"),
        make_missing("cpu", "microcode", Status.DENIED, "root only"),
    ]
    (group,) = group_facts(facts)
    told_of = {missing.reason: [row.name for row in missing.rows] for missing in group.sections[0].missing}
    assert told_of == {"no cpufreq": ["governor", "turbo"], "root only": ["microcode"]}
    assert (group.values, group.without) == (0, 3)


def test_a_source_is_named_where_it_is_not_the_usual_one_of_its_group() -> None:
    facts = [make_fact("gpu/0", "name", "A", source="nvml"), make_fact("gpu/0", "cores", 4, source="nvml")]
    (group,) = group_facts([*facts, make_fact("gpu/1", "name", "B", source="lspci")])
    assert group.source == "nvml"
    assert [row.source for section in group.sections for row in section.known] == ["", "", "lspci"]


def test_members_of_a_family_are_told_apart_by_number_or_name() -> None:
    subjects = ("gpu", "gpu/0", "gpu/0/mig/1", "layer/0", "storage/cache-uv", "manager/uv")
    titles = [section_title(subject) for subject in subjects]
    assert titles == ["", "GPU 0", "GPU 0 MIG 1", "Layer 0", "cache-uv", "uv"]


def test_a_sheet_finds_values_and_says_nothing_of_what_is_missing() -> None:
    sheet = FactSheet([make_fact("memory", "total_bytes", 2**30), make_missing("cpu", "model")])
    assert sheet.text("memory", "total_bytes") == "1 GiB"
    assert sheet.text("cpu", "model", "nothing") == ""
    assert sheet.number("memory", "total_bytes") == 2**30
    assert sheet.number("cpu", "model") is None


def test_a_sheet_gives_all_values_of_a_conflict() -> None:
    sheet = FactSheet([conflict(told("a", "zen4"), told("b", "icelake"), told("c", "zen4"))])
    assert sheet.text("cpu", "microarchitecture") == "zen4 or icelake"


def test_names_are_told_in_words() -> None:
    assert [label_of("l3_bytes"), label_of("max_mhz"), label_of("pcie_gen_max"), label_of("total_bytes")] == [
        "L3 cache",
        "max clock",
        "PCIe gen max",
        "total",
    ]
    assert [title_of("gpu"), title_of("os"), title_of("something_new")] == ["GPU", "Operating system", "Something new"]
