"""Where a distribution came from, as its direct_url.json (PEP 610) and its installer tell."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from envkb.capture.probes.environment_json import mapping, text

Kind = Literal["index", "url", "vcs", "local", "editable", "conda"]

# Installers that write direct_url.json for all that does not come from an index: without one, it came from there.
_KEEPING_PEP_610: Final = ("pip", "uv", "uv-pixi", "poetry", "pdm")


class Origin(NamedTuple):
    """Where a distribution came from.

    Attributes:
        kind: The kind of place; None where nothing tells.
        detail: The address with its commit, or the folder.
        problem: Why direct_url.json cannot be read.
    """

    kind: Kind | None
    detail: str | None = None
    problem: str | None = None


def origin(direct_url: object, egg_link: str | None, installer: str | None) -> Origin:
    """Tell where a distribution came from.

    Args:
        direct_url: Content of its direct_url.json: parsed, a text where it is no JSON, None where there is none.
        egg_link: Content of its `.egg-link`, as `setup.py develop` left it.
        installer: Content of its INSTALLER.
    """
    if egg_link:
        return Origin("editable", egg_link.splitlines()[0])
    if direct_url is not None:
        told = mapping(direct_url)
        url = text(told.get("url"))
        return _direct(told, url) if url else Origin(None, problem="its direct_url.json cannot be read")
    if installer and installer.split()[0].lower() in _KEEPING_PEP_610:
        return Origin("index")
    return Origin("conda" if installer == "conda" else None)


def _direct(told: Mapping[str, Any], url: str) -> Origin:
    if folder := text(told.get("subdirectory")):
        url = f"{url}#subdirectory={folder}"
    vcs = mapping(told.get("vcs_info"))
    if vcs:
        commit = text(vcs.get("commit_id")) or text(vcs.get("requested_revision"))
        start = f"{text(vcs.get('vcs')) or 'vcs'}+{url}"
        return Origin("vcs", f"{start}@{commit}" if commit else start)
    if mapping(told.get("dir_info")).get("editable") is True:
        return Origin("editable", url)
    return Origin("local" if url.startswith("file:") else "url", url)
