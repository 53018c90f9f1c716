from envkb.model.fact import Status
from envkb.publish.render.facts import FactSheet
from envkb.publish.render.machine import accelerator, glance, notable, processor, system, version_of
from factory import make_distribution, make_environment, make_fact, make_missing, make_record


def test_the_processor_is_told_with_what_limits_leave_of_it() -> None:
    facts = {
        ("cpu", "model"): "Zen",
        ("cpu", "cores"): 16,
        ("cpu", "threads"): 32,
        ("memory", "total_bytes"): 32 * 2**30,
        ("host", "effective_cpus"): 2.0,
        ("host", "effective_memory_bytes"): 4 * 2**30,
    }
    card = processor(FactSheet([make_fact(*place, value) for place, value in facts.items()]))
    assert card.headline == "Zen"
    assert card.lines == ("16 cores / 32 threads", "32 GiB memory", "usable here: 2 CPUs, 4 GiB")


def test_equal_accelerators_are_counted() -> None:
    facts = [make_fact(f"gpu/{number}", "name", "H100") for number in range(8)]
    assert accelerator(FactSheet(facts)).headline == "8 \u00d7 H100"


def test_layers_are_told_from_the_outside_in() -> None:
    facts = [make_fact("os", "pretty_name", "Debian 12"), make_fact("host", "layers", ["kvm", "docker"])]
    assert system(FactSheet(facts)).lines == ("in kvm \u203a docker",)


def test_what_is_not_known_makes_no_card() -> None:
    record = make_record(facts=(make_missing("cpu", "model", Status.DENIED),), environment=None)
    assert glance(record) == ()


def test_the_distributions_that_matter_most_come_first() -> None:
    names = ["zlib", "numpy", "torch", "triton"]
    assert [item.name for item in notable([make_distribution(name) for name in names])] == ["torch", "numpy", "triton"]


def test_the_version_is_that_of_the_first_name_installed() -> None:
    environment = make_environment(make_distribution("pytorch", "2.13.0"), make_distribution("numpy", None))
    assert version_of(environment, "torch", "pytorch") == "2.13.0"
    assert version_of(environment, "numpy") == ""
    assert version_of(None, "torch") == ""


def test_an_interpreter_that_did_not_start_is_said() -> None:
    record = make_record(facts=(), environment=make_environment(python_version=None))
    assert glance(record)[0].headline == "interpreter did not start"
