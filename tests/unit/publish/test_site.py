import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from envkb.document.codec import encode_record
from envkb.errors import InvalidDataError, ToolFailedError, ToolMissingError, UsageError
from envkb.process import Completed
from envkb.publish.site import RENDERED, build_site, render_site, require_extra
from factory import make_record
from sample_records import EVALUATED, empty_base, make_base


class FakeBuilder:
    """Copies what it is given, as a builder would that makes each page's source its HTML."""

    def __init__(self, *, exit_code: int = 0, stderr: str = "", left_out: str = "") -> None:
        self.exit_code, self.stderr, self.left_out = exit_code, stderr, left_out
        self.calls: list[tuple[Sequence[str], dict[str, Any]]] = []

    def __call__(self, args: Sequence[str], **options: Any) -> Completed:
        self.calls.append((args, options))
        root = options["cwd"]
        shutil.rmtree(root / "site", ignore_errors=True)
        for source in (root / "docs").rglob("index.md"):
            page = root / "site" / source.relative_to(root / "docs").with_suffix(".html")
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(source.read_text("utf-8").split("---\n", 2)[-1], "utf-8")
        for folder in ("assets", "api"):
            shutil.copytree(root / "docs/kb" / folder, root / "site/kb" / folder)
        shutil.copy(root / "docs/kb/records/records.js", root / "site/kb/records/records.js")
        if self.left_out:
            (root / "site" / self.left_out).unlink()
        return Completed(tuple(args), self.exit_code, b"", self.stderr.encode(), 0.1)


def make_buildable(folder: Path) -> Any:
    base = make_base(folder)
    (folder / "mkdocs.yml").write_text("site_name: x\n")
    return base


def test_pages_of_all_records_are_written_once(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    first = render_site(base, evaluated=EVALUATED)
    assert first.total == first.changed
    assert len(list((tmp_path / "docs/kb/records").glob("KB-*/index.md"))) == 8
    again = render_site(base, evaluated=EVALUATED)
    assert (again.total, again.changed, again.removed) == (first.total, 0, 0)


def test_the_builder_runs_strictly_in_the_folder_and_knows_that_pages_are_up_to_date(tmp_path: Path) -> None:
    builder = FakeBuilder()
    built = build_site(make_buildable(tmp_path), evaluated=EVALUATED, runner=builder)
    ((args, options),) = builder.calls
    assert args[1:5] == ("-m", "mkdocs", "build", "--strict")
    assert options["cwd"] == tmp_path
    assert options["env"][RENDERED] == "1"
    assert options["env"]["PATH"] == os.environ["PATH"]
    assert (built.folder, built.records) == (tmp_path / "site", 8)
    assert built.pages == len(list((tmp_path / "site").rglob("*.html")))


def test_what_the_builder_complained_of_is_told(tmp_path: Path) -> None:
    builder = FakeBuilder(
        exit_code=1, stderr="INFO - building\nWARNING - a link to gone.md\n\nAborted with 1 warnings\n"
    )
    with pytest.raises(ToolFailedError, match=r"WARNING - a link to gone\.md") as caught:
        build_site(make_buildable(tmp_path), evaluated=EVALUATED, runner=builder)
    assert "INFO" not in caught.value.message


def test_a_builder_that_fails_without_a_warning_is_quoted_by_its_last_words(tmp_path: Path) -> None:
    builder = FakeBuilder(exit_code=1, stderr="Traceback\nModuleNotFoundError: No module named 'x'\n")
    with pytest.raises(ToolFailedError, match="No module named"):
        build_site(make_buildable(tmp_path), evaluated=EVALUATED, runner=builder)


def test_a_page_that_the_builder_left_out_is_named(tmp_path: Path) -> None:
    base = make_buildable(tmp_path)
    gone = f"kb/records/{next(base.records()).id}/index.html"
    with pytest.raises(InvalidDataError, match=f"{gone}: was not built"):
        build_site(base, evaluated=EVALUATED, runner=FakeBuilder(left_out=gone))


def test_without_a_configuration_the_builder_is_not_started(tmp_path: Path) -> None:
    builder = FakeBuilder()
    with pytest.raises(UsageError, match=r"has no mkdocs\.yml"):
        build_site(make_base(tmp_path), evaluated=EVALUATED, runner=builder)
    assert builder.calls == []


def test_a_broken_record_stops_the_build_and_is_named(tmp_path: Path) -> None:
    base = make_base(tmp_path)
    broken = next((tmp_path / "kb/records/2026").glob("*.json"))
    broken.write_bytes(broken.read_bytes()[:100])
    with pytest.raises(InvalidDataError, match=broken.name):
        render_site(base, evaluated=EVALUATED)


def test_a_private_record_and_what_links_to_it_leave_no_trace(tmp_path: Path) -> None:
    base = empty_base(tmp_path)
    base.add(encode_record(make_record(1, title="The open one")), {})
    base.add(encode_record(make_record(2, title="The hidden one", tags=("secrettag",))), {}, private=True)
    render_site(base, evaluated=EVALUATED)
    written = b"".join(path.read_bytes() for path in (tmp_path / "docs/kb").rglob("*") if path.is_file())
    assert b"The open one" in written
    assert b"The hidden one" not in written
    assert b"secrettag" not in written


def test_an_empty_knowledge_base_has_its_pages_too(tmp_path: Path) -> None:
    render_site(empty_base(tmp_path), evaluated=EVALUATED)
    assert (tmp_path / "docs/kb/records/index.md").is_file()
    assert "No record tells of an edge case yet." in (tmp_path / "docs/kb/edge-cases/index.md").read_text("utf-8")


def test_what_is_missing_is_named_with_the_command_that_installs_it() -> None:
    with pytest.raises(ToolMissingError, match="needs nowhere_to_be_found") as caught:
        require_extra(("markdown", "nowhere_to_be_found"))
    assert "envkb[site]" in caught.value.hint


@pytest.mark.parametrize("fault", ["a link to another file", "other bytes"])
def test_an_attachment_that_is_not_what_its_name_says_is_never_published(tmp_path: Path, fault: str) -> None:
    base = make_base(tmp_path / "base")
    secret = tmp_path / "secret.txt"
    secret.write_text("not for the site")
    attached = next(
        path for path in (base.root / "kb" / "attachments").rglob("*") if path.is_file() and path.stat().st_size
    )
    attached.unlink()
    if fault == "other bytes":
        attached.write_bytes(secret.read_bytes())
    else:
        attached.symlink_to(secret)
    with pytest.raises(InvalidDataError):
        render_site(base, evaluated=EVALUATED)
    assert not any(
        b"not for the site" in path.read_bytes() for path in base.root.joinpath("docs").rglob("*") if path.is_file()
    )
