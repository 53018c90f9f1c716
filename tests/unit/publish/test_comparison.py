import pytest

from envkb.assess.compared import Comparison
from envkb.assess.comparison import compare
from envkb.assess.evidence import Side
from envkb.assess.verdicts import Options
from envkb.publish.comparison import WIDTH, interval_lines, markdown, notes, open_notes, table_rows
from experiments import evidence, interleaved_run, make_experiment, series, side
from factory import make_distribution, make_environment, make_measurement

EXPECTED = """\
**`uv against pip: 1 slower, 1 cannot tell`**

Baseline `pip`: `{pip}`.
Candidate `uv`: `{uv}`.

| benchmark | baseline | candidate | ratio (95 %) | verdict |
| --- | ---: | ---: | ---: | --- |
| `numpy/matmul` | `124.6 ms` | `162.1 ms` | `1.30 (1.29 to 1.31)` | `slower` |
| `tokens` | `30 tokens/s` | `60 tokens/s` | `2.00` | \
`cannot tell: not interleaved: the order of the samples is not known` |

- differs: `manager: pip / uv (what is compared)`
- differs: `python: 3.13.1 / 3.13.2 (allowed)`
- packages: `brought by the manager: +pip 26.0`
- packages: `allowed: numpy 2.4.0 -> 2.3.0, -torch 2.13.0`
- warning: `drift in pip, numpy/matmul: samples changed by +48% from the first round to the last; the machine was \
warming up or getting busy; rounds that interleave cancel it, but let it settle first`
- warning: `drift in uv, numpy/matmul: samples changed by +47% from the first round to the last; the machine was \
warming up or getting busy; rounds that interleave cancel it, but let it settle first`
- warning: `few samples in pip, tokens: there is one; take at least 5 rounds (--rounds)`
- warning: `few samples in uv, tokens: there is one; take at least 5 rounds (--rounds)`
- left out: `rss peak_memory: only in pip`
- would decide: `kb run numpy==2.4.0 --with=pip --with=uv --cache=warm`

Ratios are candidate / baseline, with 95% intervals; differences up to 0.05 of the baseline count as none. Method \
envkb.compare/2, seed 1.
"""


@pytest.fixture
def compared() -> Comparison:
    pip, uv = interleaved_run(1.3, drift=0.5, noise=1e-3)
    rows = make_distribution("numpy", "2.3.0"), make_distribution("pip", "26.0")
    tokens = {"unit": "tokens/s", "better": "higher"}
    memory = make_measurement("rss", unit="B", quantity="peak_memory")
    ours = (*pip.measurements, make_measurement("tokens", samples=(30.0,), **tokens), memory)
    theirs = (*uv.measurements, make_measurement("tokens", samples=(60.0,), **tokens))
    environment = make_environment(*rows, manager="uv", python_version="3.13.2")
    return compare(
        [
            (
                side(pip.model_copy(update={"measurements": ours})),
                side(uv.model_copy(update={"measurements": theirs, "environment": environment})),
            )
        ],
        Options(allowed=frozenset({"python", "packages"})),
    )


def test_a_report_tells_everything_that_matters(compared: Comparison) -> None:
    shown = compared.contrasts[0]
    pip, uv = shown.baseline.records[0].id, shown.candidate.records[0].id
    assert markdown(compared) == EXPECTED.format(pip=pip, uv=uv)


def test_a_picture_shows_each_interval_on_one_axis(compared: Comparison) -> None:
    assert list(interval_lines(compared.contrasts[0], 0.05)) == [
        "numpy/matmul                     ·│·     ├●              slower",
        "tokens                           ·│·                  ○  cannot tell",
        "              0.5                 1                   2  candidate / baseline",
    ]


def test_the_picture_of_an_interval_is_never_wider_than_its_column() -> None:
    for ratio, noise in ((0.001, 0.01), (1.0, 1e-6), (1.0, 0.5), (1000.0, 0.3)):
        pip, uv = interleaved_run(ratio, noise=noise)
        (contrast,) = compare([(side(pip), side(uv))], Options()).contrasts
        line, axis = interval_lines(contrast, 0.05)
        verdict = contrast.measurements[0].verdict
        assert len(line) == len("numpy/matmul") + 2 + WIDTH + 2 + len(verdict)
        assert axis.index("1", len("numpy/matmul") + 2 + WIDTH // 2) == len("numpy/matmul") + 2 + WIDTH // 2


def test_without_any_ratio_there_is_no_picture() -> None:
    ours, theirs = (make_experiment(arm, 1, measurements=(series([0.0]),)) for arm in ("pip", "uv"))
    (contrast,) = compare([(side(ours), side(theirs))], Options()).contrasts
    assert list(interval_lines(contrast, 0.05)) == []
    assert table_rows(contrast)[0][1:4] == ("0 s", "0 s", "-")


def test_a_set_tells_its_mean_and_the_number_of_pairs() -> None:
    sides = []
    for arm, factor in (("pip", 1), ("uv", 2)):
        values = {"a": 1.0 * factor, "b": 4.0 * factor**2}
        records = [make_experiment(arm, 1, run=None, measurements=(series([value]),)) for value in values.values()]
        sides.append(Side(arm, tuple(evidence(*each) for each in zip(records, values, strict=True))))
    (contrast,) = compare([(sides[0], sides[1])], Options(), sets=True).contrasts
    assert ("all pairs", "numpy/matmul duration: geometric mean 2.83 (2.00 to 4.00), 2 pairs") in list(
        notes(contrast, 0.05)
    )


def test_only_a_few_of_what_was_left_out_are_listed() -> None:
    ours = make_experiment("pip", 1, measurements=tuple(make_measurement(f"m{n}") for n in range(9)))
    (contrast,) = compare([(side(ours), side(make_experiment("uv", 2)))], Options()).contrasts
    told = [text for label, text in notes(contrast, 0.05) if label == "left out"]
    assert told[-1] == "4 more"
    assert len(told) == 6


def test_the_picture_fits_a_narrow_terminal(compared: Comparison) -> None:
    whole = list(interval_lines(compared.contrasts[0], 0.05))
    for room in (80, 60, 50):
        lines = list(interval_lines(compared.contrasts[0], 0.05, room))
        assert all(len(line) <= room for line in lines)
        assert sum("●" in line or "○" in line for line in lines) == len(whole) - 1
    assert next(interval_lines(compared.contrasts[0], 0.05, 45)) == "numpy/matmul", "no room beside it"
    assert list(interval_lines(compared.contrasts[0], 0.05, 120)) == whole


def test_why_lines_are_open_is_told_once_a_kind(compared: Comparison) -> None:
    (contrast,) = compared.contrasts
    slower, tokens = contrast.measurements
    assert list(open_notes(contrast)) == [
        ("cannot tell", "not interleaved: tokens (the order of the samples is not known)")
    ]
    assert table_rows(contrast, reasons=False)[1][-1] == "cannot tell"
    wide = slower.model_copy(update={"reason": "too wide: 20 rounds"})
    wider = tokens.model_copy(update={"reason": "too wide: 30 rounds"})
    both = contrast.model_copy(update={"measurements": (wide, wider)})
    assert list(open_notes(both)) == [("cannot tell", "too wide: numpy/matmul (20 rounds); tokens (30 rounds)")]
    same = contrast.model_copy(update={"measurements": (wide, tokens.model_copy(update={"reason": wide.reason}))})
    assert list(open_notes(same)) == [("cannot tell", "too wide: 20 rounds (all of them)")]
