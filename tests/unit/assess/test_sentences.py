from envkb.assess.compared import Compared
from envkb.assess.comparison import compare
from envkb.assess.sentences import line_name, overview, ratio_text, sentences, subject, verdict_text
from envkb.assess.verdicts import Options
from envkb.model.measurement import Benchmark, Parameter
from experiments import interleaved_run, make_experiment, series, side


def test_an_overview_counts_verdicts_in_their_order() -> None:
    pip, uv = interleaved_run(0.8)
    (contrast,) = compare([(side(pip), side(uv))], Options()).contrasts
    assert overview(contrast) == "uv against pip: 1 faster"
    nothing = compare([(side(make_experiment("pip")), side(make_experiment("uv", 2)))], Options()).contrasts[0]
    assert overview(nothing) == "uv against pip: nothing in common"


def test_a_sentence_can_be_cited() -> None:
    pip, uv = interleaved_run(0.8, noise=1e-4)
    found = compare([(side(pip), side(uv))], Options())
    assert sentences(found) == ("numpy/matmul: uv / pip = 0.80 (0.80 to 0.80), faster.",)


def test_only_what_tells_lines_apart_is_in_their_names() -> None:
    benches = [
        Benchmark(
            suite="torch",
            name="matmul",
            version="1",
            parameters=(Parameter(name="dtype", value=dtype), Parameter(name="n", value=64)),
        )
        for dtype in ("float32", "bfloat16")
    ]
    measured = [series([1.0], benchmark=bench, id=f"m{number}") for number, bench in enumerate(benches)]
    memory = series([1.0], benchmark=benches[0], quantity="peak_memory", unit="B", id="memory")
    ours, theirs = (make_experiment(arm, 1, measurements=(*measured, memory)) for arm in ("pip", "uv"))
    (contrast,) = compare([(side(ours), side(theirs))], Options()).contrasts
    assert [line_name(line, contrast) for line in contrast.measurements] == [
        "torch/matmul dtype=float32",
        "torch/matmul dtype=bfloat16",
        "torch/matmul peak_memory dtype=float32",
    ]


def test_small_ratios_keep_their_digits_and_missing_ones_are_a_dash() -> None:
    pip, uv = interleaved_run(0.05, noise=1e-4, rounds=5)
    (line,) = compare([(side(pip), side(uv))], Options()).contrasts[0].measurements
    assert ratio_text(line) == "0.050 (0.050 to 0.050)"
    assert ratio_text(line.model_copy(update={"low": None, "high": None})) == "0.050"
    assert ratio_text(line.model_copy(update={"ratio": None})) == "-"


def test_a_verdict_that_cannot_be_told_says_why() -> None:
    pip, uv = interleaved_run(0.8, rounds=2)
    (line,) = compare([(side(pip), side(uv))], Options()).contrasts[0].measurements
    assert verdict_text(line) == "cannot tell: 2 rounds, and 5 are the fewest that tell"


def test_a_comparison_is_about_what_all_its_lines_share() -> None:
    pip, uv = interleaved_run(0.8)
    found = compare([(side(pip), side(uv))], Options())
    (contrast,) = found.contrasts
    (line,) = contrast.measurements

    def about(**changes: str | None) -> str:
        lines = (line.model_copy(update={"request": "numpy==2.4.6", "cache": "warm"} | changes),)
        other = line.model_copy(update={"request": "numpy==2.4.6", "cache": "warm"})
        shown = contrast.model_copy(update={"measurements": (*lines, other)})
        return subject(found.model_copy(update={"contrasts": (shown,)}))

    assert about() == "numpy==2.4.6, warm cache"
    assert about(cache="cold") == "numpy==2.4.6"
    assert about(request="torch", cache="cold") == ""


def test_more_memory_is_no_slower_memory() -> None:
    pip, uv = interleaved_run(1.2, noise=1e-4)
    (contrast,) = compare([(side(pip), side(uv))], Options()).contrasts
    (line,) = contrast.measurements
    more = line.model_copy(update={"quantity": "peak_memory", "unit": "B"})
    assert (verdict_text(line), verdict_text(more)) == ("slower", "uses more")
    assert verdict_text(more.model_copy(update={"verdict": "faster"})) == "uses less"
    assert verdict_text(more.model_copy(update={"better": "higher", "verdict": "faster"})) == "faster"
    lines = contrast.model_copy(update={"measurements": (more, line, more)})
    assert overview(lines) == "uv against pip: 2 use more, 1 slower"


def test_what_an_install_was_of_stands_in_its_name_once() -> None:
    pip, uv = interleaved_run(0.8)
    (contrast,) = compare([(side(pip), side(uv))], Options()).contrasts
    (line,) = contrast.measurements

    def install(cache: str) -> Compared:
        parameters = (Parameter(name="cache", value=cache), Parameter(name="requirements", value=["numpy"]))
        bench = Benchmark(suite="install", name="install.wall", version="1", parameters=parameters)
        return line.model_copy(update={"benchmark": bench, "cache": cache})

    lines = (install("cold"), install("warm"))
    both = contrast.model_copy(update={"measurements": lines})
    assert [line_name(each, both) for each in lines] == ["install/install.wall cold", "install/install.wall warm"]
