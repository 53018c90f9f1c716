"""`kb:environment`: one Python prefix, read without pip, without its site and without importing anything of it.

The JSON: `{prefix, python, interpreter, pyvenv_cfg, externally_managed, marks, sites, distributions, path_files,
conda, torch}`.

    interpreter         what `envkb.capture.collect.interpreter` asks: version, version_text, implementation,
                        cache_tag, platform, pointer_bits, prefix, base_prefix, soabi, gil_disabled, config_args ...
    pyvenv_cfg          text, or null
    externally_managed  path of the EXTERNALLY-MANAGED file, or null
    marks               files that managers leave in a prefix, by path relative to it
    sites               [{path, role, problem}]; role `path` (PYTHONPATH), `own`, `user`, or `base` (of a
                        venv that shows the system's packages)
    distributions       [{site: index of its site, dir, name, version, installer, requested, tags, direct_url, files,
                        size_bytes, content_sha256, native_libraries: count, notable: [path], egg_link, problem,
                        version_of_dir}]; keys that tell nothing are left out
    path_files          [{site, file, paths: [{path, exists}], imports}]: the `.pth` files
    conda               {packages: [{name, version, build, channel, subdir, size, md5, sha256, requested_spec,
                        requested_specs, url, fn, link_type, notable, distributions: [metadata folder], file,
                        problem}], history, pixi, pinned}, or null
    torch               {path, version_py: text, extension: whether torch/_C is there, libraries: [{name, bytes}]}, or
                        null
"""

from __future__ import annotations

import os
from typing import Any, Iterator

from envkb.capture.collect.conda import read_conda_meta
from envkb.capture.collect.distributions import read_site_packages
from envkb.capture.collect.interpreter import Interpreter
from envkb.capture.collect.machine import open_regular
from envkb.capture.collect.target import Target

MARKS = (
    "pyvenv.cfg",
    "CACHEDIR.TAG",
    ".gitignore",
    ".lock",
    "conda-meta/history",
    "conda-meta/pixi",
    "pipx_metadata.json",
    "uv-receipt.toml",
    "BUILD",
)
TEXT_BYTES = 64 * 1024


def environment(target: Target, interpreter: Interpreter) -> dict[str, Any]:
    """Read the target.

    Raises:
        UnreadableError: Its interpreter cannot be asked.
    """
    facts = interpreter.facts()
    prefix = str(facts["prefix"])
    told: dict[str, Any] = {
        "prefix": prefix,
        "python": target.python,
        "interpreter": {key: value for key, value in facts.items() if not key.endswith(("sites", "_site"))},
        "pyvenv_cfg": _text(f"{prefix}/pyvenv.cfg"),
        "externally_managed": _externally_managed(facts),
        "marks": [name for name in MARKS if os.path.exists(f"{prefix}/{name}")],
        "conda": read_conda_meta(prefix),
    }
    told.update(_packages(_sites(facts, told["pyvenv_cfg"])))
    return told


def _sites(facts: dict[str, Any], pyvenv_cfg: str | None) -> list[dict[str, str]]:
    """Return the folders of packages that the interpreter would look into, in its order."""
    own = [{"path": path, "role": "path"} for path in facts.get("path_sites") or ()]
    own += [{"path": path, "role": "own"} for path in facts.get("sites") or ()]
    isolated = pyvenv_cfg is not None and not _shows_system(pyvenv_cfg)
    user = facts.get("user_site")
    if not isolated:
        own += [{"path": user, "role": "user"}] if user else []
        own += [{"path": path, "role": "base"} for path in facts.get("base_sites") or () if pyvenv_cfg is not None]
    seen: dict[str, dict[str, str]] = {}
    for site in own:
        real = os.path.realpath(site["path"])
        if os.path.isdir(real):
            seen.setdefault(real, site)
    return list(seen.values())


def _shows_system(pyvenv_cfg: str) -> bool:
    pairs = (line.partition("=") for line in pyvenv_cfg.splitlines())
    told = {key.strip().lower(): value.strip().lower() for key, _, value in pairs}
    return told.get("include-system-site-packages") == "true"


def _packages(sites: list[dict[str, str]]) -> dict[str, Any]:
    distributions: list[dict[str, Any]] = []
    path_files: list[dict[str, Any]] = []
    torch = None
    for index, site in enumerate(sites):
        try:
            found = read_site_packages(site["path"])
        except OSError as error:
            site["problem"] = (error.strerror or str(error)).lower()
            continue
        distributions += [{"site": index, **row} for row in found.distributions]
        path_files += [{"site": index, **row} for row in found.path_files]
        torch = torch or _torch(f"{site['path']}/torch")
    return {"sites": sites, "distributions": distributions, "path_files": path_files, "torch": torch}


def _torch(folder: str) -> dict[str, Any] | None:
    version = _text(f"{folder}/version.py")
    if version is None:
        return None
    extension = any(name.startswith("_C.") for name in os.listdir(folder))
    return {
        "path": folder,
        "version_py": version,
        "extension": extension,
        "libraries": list(_libraries(f"{folder}/lib")),
    }


def _libraries(folder: str) -> Iterator[dict[str, Any]]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if ".so" in name or name.endswith(".dylib"):
            yield {"name": name, "bytes": os.stat(f"{folder}/{name}").st_size}


def _externally_managed(facts: dict[str, Any]) -> str | None:
    path = f"{facts.get('stdlib')}/EXTERNALLY-MANAGED"
    return path if os.path.exists(path) else None


def _text(path: str) -> str | None:
    try:
        with open_regular(path) as file:
            return file.read(TEXT_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
