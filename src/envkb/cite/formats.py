"""The formats of citations by name. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from envkb.cite.bibtex import biblatex, bibtex
from envkb.cite.cff import cff
from envkb.cite.citation import Citation
from envkb.cite.csl import csl_json
from envkb.cite.datacite import datacite
from envkb.cite.forms import long, short
from envkb.cite.markdown import markdown
from envkb.cite.ris import ris
from envkb.cite.styled import apa, ieee, iso690

FORMATS: Final[Mapping[str, Callable[[Sequence[Citation]], str]]] = {
    "short": short,
    "long": long,
    "markdown": markdown,
    "bibtex": bibtex,
    "biblatex": biblatex,
    "csl-json": csl_json,
    "ris": ris,
    "cff": cff,
    "datacite": datacite,
    "apa": apa,
    "ieee": ieee,
    "iso690": iso690,
}
"""How each format writes a list of citations; several make one bibliography."""
