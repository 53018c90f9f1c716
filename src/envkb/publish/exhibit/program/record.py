"""A record's file, the files that it names, and the records that it names."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from envkb.publish.exhibit.program.files import DamagedError, read, sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def record_id(digest: str, year: str) -> str:
    """Return the id: the year, the first 50 bits of the digest, and a check character over GF(32)."""
    bits = int(digest[:13], 16) >> 2
    ten = "".join(ALPHABET[bits >> shift & 31] for shift in range(45, -1, -5))
    total, weight = 0, 1
    for symbol in year + ten:
        weight = double(weight)
        left, right = weight, ALPHABET.index(symbol)
        while right:
            total ^= left if right & 1 else 0
            left, right = double(left), right >> 1
    return f"KB-{year}-{ten[:5]}-{ten[5:]}{ALPHABET[total]}"


def double(value: int) -> int:
    """Multiply by alpha in GF(32) with the polynomial x^5 + x^2 + 1."""
    return (value << 1 ^ (0b100101 if value & 16 else 0)) & 31


def read_record(name: str) -> tuple[bytes, dict[str, Any]]:
    """Return bytes and content of a record, which must be spelt canonically and have the id that its file's name is."""
    data = read("records", f"{name}.json")
    try:
        text = data.decode("utf-8")
        tree = json.loads(text)
        canonical = json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"no JSON: {error}") from None
    if text != canonical or not unicodedata.is_normalized("NFC", text):
        raise DamagedError("not in canonical form")
    if not isinstance(tree, dict) or tree.get("schema") != "envkb.record/1":
        raise DamagedError("no record")
    year = str(tree.get("created"))[:4]
    if not re.fullmatch("[0-9]{4}", year) or record_id(sha256(data).hex(), year) != name:
        raise DamagedError("the bytes have another id: the file was changed or renamed")
    return data, tree


def judge_attachments(tree: dict[str, Any]) -> tuple[str, str]:
    """Judge that each attachment is there, byte for byte."""
    missing = []
    for attachment in tree["attachments"]:
        try:
            data = read("attachments", attachment["sha256"])
        except FileNotFoundError:
            missing.append(attachment["name"])
            continue
        except DamagedError as error:
            return "FAIL", f"{attachment['name']}: {error}"
        if sha256(data).hex() != attachment["sha256"] or len(data) != attachment["size_bytes"]:
            return "FAIL", f"{attachment['name']}: the content was changed"
    if missing:
        return "ABSENT", f"not in this exhibit: {', '.join(missing)}"
    return "PASS", f"{len(tree['attachments'])} there, byte for byte" if tree["attachments"] else "it names none"


def judge_links(tree: dict[str, Any]) -> tuple[str, str]:
    """Judge that each record named is the one that was meant."""
    missing = []
    for link in tree["links"]:
        try:
            data = read("records", f"{link['id']}.json")
        except FileNotFoundError:
            missing.append(link["id"])
            continue
        except DamagedError as error:
            return "FAIL", f"{link['relation']} {link['id']}: {error}"
        if sha256(data).hex() != link["digest"]:
            return "FAIL", f"{link['relation']} {link['id']}, but that is another file"
    if missing:
        return "ABSENT", f"not in this exhibit: {', '.join(missing)}"
    return "PASS", f"{len(tree['links'])} named, each the one that was meant" if tree[
        "links"
    ] else "it names no other record"
