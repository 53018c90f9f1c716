"""Writes the pages, runs the builder, and checks what came out."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from envkb.errors import InvalidDataError, ToolFailedError, ToolMissingError, UsageError
from envkb.process import Runner, run
from envkb.publish.links import check_site
from envkb.publish.log_files import log_files
from envkb.publish.tree import Content, Written, write_tree

if TYPE_CHECKING:
    from envkb.knowledge.folder import KnowledgeBase
    from envkb.publish.render.entry import Collection

PAGES: Final = Path("docs/kb")
"""Where generated pages lie in a knowledge base."""
SITE: Final = Path("site")
"""Where the built site lies."""
CONFIG: Final = "mkdocs.yml"
RENDERED: Final = "ENVKB_RENDERED"
"""Environment variable that tells the builder's plugin that the pages are up to date."""

STAMPED_ABOVE: Final = 2000
"""Number of records beyond which their pages are copies of one built page: a builder takes too long for more."""

_NEEDED: Final = ("jinja2", "markdown", "material", "mkdocs", "nh3")
_PATIENCE_S: Final = 3600.0
_SHOWN_PROBLEMS: Final = 10


@dataclass(frozen=True, slots=True)
class Built:
    """A site that was built and checked.

    Attributes:
        folder: Its folder.
        pages: Number of its pages.
        records: Number of records in it.
        rendered: What rendering changed.
    """

    folder: Path
    pages: int
    records: int
    rendered: Written


def render_site(base: "KnowledgeBase", *, evaluated: date) -> Written:
    """Write the generated pages of a knowledge base to `docs/kb/`, for whatever builder takes them.

    Args:
        base: The knowledge base.
        evaluated: The day on which what depends on a day is judged.

    Raises:
        ToolMissingError: The extra `site` is not installed.
        InvalidDataError: A record cannot be read.
        KbError: The pages cannot be written.
    """
    require_extra()
    return write_tree(base.root / PAGES, _contents(_read(base, evaluated), base, stamped=False))


def build_site(
    base: "KnowledgeBase", *, evaluated: date, stamped_above: int = STAMPED_ABOVE, runner: Runner = run
) -> Built:
    """Render the pages, build the site into `site/`, and check its pages and links.

    Args:
        base: The knowledge base.
        evaluated: The day on which what depends on a day is judged.
        stamped_above: Number of records beyond which the builder builds one page for all of them.
        runner: Starts the builder.

    Raises:
        ToolMissingError: The extra `site` is not installed.
        UsageError: The knowledge base has no `mkdocs.yml`.
        ToolFailedError: The builder failed; the message holds its own words.
        InvalidDataError: A record cannot be read, or the site has broken links or loads something from elsewhere.
        KbError: The pages cannot be written.
    """
    require_extra()
    if not (base.root / CONFIG).is_file():
        raise UsageError(f"{base.root} has no {CONFIG}", hint="`kb init` writes one, and overwrites nothing")
    collection = _read(base, evaluated)
    stamped = len(collection.entries) > stamped_above
    rendered = write_tree(base.root / PAGES, _contents(collection, base, stamped=stamped))
    _run_builder(base.root, runner)
    site = base.root / SITE
    if stamped:
        _stamp(collection, site)
    records = {"records/index.html"} | {f"records/{entry.row.id}/index.html" for entry in collection.entries}
    _check(site, [f"kb/{page}" for page in sorted(records | _other_pages(base.root / PAGES))])
    pages = sum(1 for _ in site.rglob("*.html"))
    return Built(folder=site, pages=pages, records=len(collection.entries), rendered=rendered)


def require_extra(needed: Iterable[str] = _NEEDED) -> None:
    """Make sure that what the site needs is installed.

    Args:
        needed: Names of modules.

    Raises:
        ToolMissingError: The extra `site` is not installed.
    """
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise ToolMissingError(
            f"the site needs {', '.join(missing)}, which is not installed", hint="python -m pip install 'envkb[site]'"
        )


def _read(base: "KnowledgeBase", evaluated: date) -> "Collection":
    from envkb.publish.collection import read_collection  # noqa: PLC0415 - needs the extra `site`

    return read_collection(base, evaluated)


def _contents(collection: "Collection", base: "KnowledgeBase", *, stamped: bool) -> Iterator[tuple[str, Content]]:
    from envkb.publish.judged import read_judged  # noqa: PLC0415 - needs the extra `stats`
    from envkb.publish.render.pages import other_files, record_pages  # noqa: PLC0415 - needs the extra `site`
    from envkb.publish.stamp import shell_page  # noqa: PLC0415 - needs the extra `site`

    judged = read_judged(base, collection.evaluated)
    yield from other_files(collection, judged, partial(base.attachment, public=True))
    yield from log_files(base.root)
    for page in [shell_page()] if stamped else record_pages(collection):
        yield page.path, page.source()


def _stamp(collection: "Collection", site: Path) -> None:
    from envkb.publish.render.pages import record_pages  # noqa: PLC0415 - needs the extra `site`
    from envkb.publish.stamp import stamp_records  # noqa: PLC0415 - needs the extra `site`

    stamp_records(site, record_pages(collection))


def _other_pages(folder: Path) -> set[str]:
    sources = (source.relative_to(folder) for source in folder.rglob("*.md"))
    return {source.with_suffix(".html").as_posix() for source in sources if source.parts[0] != "records"}


def _run_builder(root: Path, runner: Runner) -> None:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", RENDERED: "1"}
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "--clean", "--site-dir", str(SITE))
    done = runner(command, env=environment, cwd=root, timeout_s=_PATIENCE_S)
    if done.exit_code:
        lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith(("WARNING", "ERROR", "CRITICAL"))] or lines[-5:]
        raise ToolFailedError(
            "\n  ".join(["mkdocs could not build the site:", *telling[:_SHOWN_PROBLEMS]]),
            hint="`mkdocs build --strict` in that folder shows everything it says",
        )


def _check(site: Path, expected: Sequence[str]) -> None:
    problems = check_site(site, expected)
    if problems:
        shown = "\n".join(f"  {problem}" for problem in problems[:_SHOWN_PROBLEMS])
        more = f"\n  and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
        raise InvalidDataError(
            f"the site was built, but is not right:\n{shown}{more}",
            hint="mend the pages named, or what `mkdocs.yml` sets, and run `kb build` again",
        )
