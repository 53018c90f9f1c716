"""The exhibit as a folder of files, and as a zip file that is the same whenever it is made. Pure."""

import io
import json
import re
import zipfile
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Final

from markupsafe import Markup
from pydantic import JsonValue

from envkb.proof.log.inclusion import SUFFIX, InclusionProof
from envkb.publish.exhibit.dossier import PACKAGE, style
from envkb.publish.exhibit.gathered import Piece
from envkb.publish.render.template import environment

_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_FILE: Final = 0o100644 << 16
_FUTURE: Final = "from __future__ import annotations\n"
_IMPORT: Final = re.compile(r"^(?:from|import) .*\n", re.MULTILINE)
_PARTS: Final = (
    (f"{PACKAGE}.program", "verify"),
    ("envkb.proof", "ed25519"),
    *((f"{PACKAGE}.program", part) for part in ("files", "record", "log", "stamps", "trust", "signatures")),
)
"""The parts of the program: the last to run first, then the others, each after those that it needs."""


def exhibit_files(pieces: Sequence[Piece], trust: Mapping[str, bytes], dossier: bytes, steps: str) -> dict[str, bytes]:
    """Return every file of an exhibit by its path.

    Args:
        pieces: The records.
        trust: The files that say whom the knowledge base trusts, by their path below `trust/`.
        dossier: The dossier.
        steps: How to check it all.
    """
    found = {"index.html": dossier, "STEPS.txt": steps.encode(), "verify.py": verifier()}
    found |= {f"trust/{name}": data for name, data in trust.items()}
    for piece in pieces:
        found[f"records/{piece.stored.id}.json"] = piece.stored.data
        found |= {f"attachments/{digest}": data for digest, data in piece.attachments.items()}
        found |= {f"proofs/{piece.stored.digest}/{name}": data for name, data in piece.proofs.items()}
        found |= piece.timing
    found["verify.html"] = browser_page(pieces, found)
    sums = (f"{sha256(data).hexdigest()}  {path}\n" for path, data in sorted(found.items()))
    return found | {"SHA256SUMS": "".join(sums).encode()}


def verifier() -> bytes:
    """Return the program that checks an exhibit with Python alone: one file, made of all its parts."""
    parts = [_part((files(package) / f"{name}.py").read_text("utf-8")) for package, name in _PARTS]
    found = {line for _, text in parts for line in _IMPORT.findall(text)} - {_FUTURE}
    imports = sorted(found, key=lambda line: (line.startswith("from"), line))
    (said, main), *chapters = [(said, _IMPORT.sub("", text).strip()) for said, text in parts]
    own = [line for line in imports if not line.startswith("from envkb")]
    # What is told first of a part is its heading here.
    bodies = [*(f"# --- {said.splitlines()[0]}\n\n{body}" for said, body in chapters), f"# --- The whole\n\n\n{main}"]
    return "\n\n\n".join([f'"""{said}"""\n\n{_FUTURE}\n{"".join(own)}'.strip(), *bodies, ""])[:-2].encode()


def _part(text: str) -> tuple[str, str]:
    _, said, code = text.split('"""', 2)
    return said, code


def browser_page(pieces: Sequence[Piece], found: Mapping[str, bytes]) -> bytes:
    """Return the page that checks an exhibit in any browser."""
    data: JsonValue = {
        "records": [_for_browser(piece) for piece in pieces],
        "files": {sha256(content).hexdigest(): path for path, content in found.items()},
    }
    # In a script only `<` could end it.
    text = json.dumps(data, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c")
    template = environment(PACKAGE).get_template("verify.html")
    return template.render(style=style(), data=Markup(text)).encode()  # noqa: S704 - see above


def _for_browser(piece: Piece) -> JsonValue:
    stored, logged = piece.stored, piece.timing.get(f"log/{piece.stored.id}{SUFFIX}")
    return {
        "id": stored.id,
        "digest": stored.digest,
        "bytes": b64encode(stored.data).decode(),
        "proof": _proof_for_browser(InclusionProof.parse(logged)) if logged else None,
    }


def _proof_for_browser(proof: InclusionProof) -> JsonValue:
    return {
        "index": proof.index,
        "size": proof.checkpoint.size,
        "root": proof.checkpoint.root.hex(),
        "hashes": [step.hex() for step in proof.path],
        "date": proof.checkpoint.day,
    }


def packed(contents: Mapping[str, bytes]) -> bytes:
    """Return the files as a zip file: the same bytes for the same files, whenever and wherever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in sorted(contents.items()):
            info = zipfile.ZipInfo(path, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it is made
            info.external_attr = _FILE
            archive.writestr(info, data)
    return made.getvalue()
