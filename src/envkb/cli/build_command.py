"""`kb build`."""

from envkb.cli.console import AsJson, Root, emit, show


def run(*, root: Root = None, as_json: AsJson = False) -> None:
    """Build the site into site/ and check its pages and links.

    Example: kb build --root ~/my-kb
    """
    from envkb.cli.base import open_base  # noqa: PLC0415 - start-up
    from envkb.cli.base_documents import BuiltDocument  # noqa: PLC0415 - start-up
    from envkb.experiment.clock import present  # noqa: PLC0415 - start-up
    from envkb.publish.opening import addresses  # noqa: PLC0415 - start-up
    from envkb.publish.site import build_site  # noqa: PLC0415 - start-up

    built = build_site(open_base(root), evaluated=present().date())
    index = built.folder / "index.html"
    if as_json:
        emit(BuiltDocument(path=str(built.folder), pages=built.pages, records=built.records))
        return
    for label, address in addresses(index):
        show(f"{label:<12}{address}")
    records = f"{built.records} record{'s' if built.records != 1 else ''}"
    show(f"{'':<12}{records}, {built.pages} pages, every link checked")
