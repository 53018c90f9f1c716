"""`kb render`."""

from envkb.cli.console import AsJson, Root, emit, show


def run(*, root: Root = None, as_json: AsJson = False) -> None:
    """Write the pages of the site into docs/kb, for any site builder to take.

    Example: kb render --root ~/my-kb
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.base_documents import RenderedDocument  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.publish.site import PAGES, render_site  # noqa: PLC0415 - start-up

    base = open_base(root)
    written = render_site(base, evaluated=present().date())
    if as_json:
        emit(RenderedDocument(path=str(PAGES), files=written.total, changed=written.changed, removed=written.removed))
        return
    show(f"{written.total} files in {base.root / PAGES}: {written.changed} changed, {written.removed} removed")
