"""Addresses of indexes, channels and files are kept by name, and names become addresses again."""

import re

import pytest

from corpus import corpus_items
from envkb.document.redaction import Gate, MachineValues, restore_addresses
from envkb.errors import UsageError

# `.example` stands for the domain of the real host: the gate reads both the same.
INDEX = "https://pypi.example/simple"
FILES = "https://files.pythonhosted.example/packages"
CHANNELS = "https://conda.anaconda.example"
WHEELS = "https://download.pytorch.example/whl"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2"

UV_LOCK = f"""\
version = 1

[[package]]
name = "torch"
version = "2.9.1+cu126"
source = {{ registry = "{WHEELS}/cu126" }}
wheels = [
    {{ url = "{WHEELS}/cu126/torch-2.9.1%2Bcu126-cp311-cp311-linux_x86_64.whl", hash = "sha256:{HEX}" }},
]

[[package]]
name = "nvidia-cublas-cu12"
version = "12.4.5.8"
source = {{ registry = "{INDEX}" }}
sdist = {{ url = "{FILES}/0f/1e/{HEX}/x-12.4.5.8.tar.gz", hash = "sha256:{HEX}", size = 12 }}

[[package]]
name = "inhouse"
source = {{ registry = "https://nexus.navy.example/repository/simple" }}
"""
OTHER_LOCKS = (
    f"@EXPLICIT\n{CHANNELS}/conda-forge/linux-64/numpy-2.3.1-py311_0.conda#d41d8cd98f00b204e9800998ecf8427e\n",
    f"packages:\n- conda: {CHANNELS}/conda-forge/noarch/pip-25.0-pyh_0.conda\n- pypi: {FILES}/0f/1e/{HEX}/x-1.whl\n",
    f"--index-url {INDEX}\n--extra-index-url {WHEELS}/cu126\ntorch==2.9.1+cu126 --hash=sha256:{HEX}\n",
    f'[[packages]]\nname = "x"\nindex = "{INDEX}"\nwheels = [{{ url = "{FILES}/0f/1e/{HEX}/x-1-py3-none-any.whl" }}]\n',
    f"environments:\n  default:\n    channels:\n    - url: {CHANNELS}/conda-forge/\n    indexes:\n    - {INDEX}\n",
    f"torch @ {WHEELS}/cu126/torch-2.9.1-cp311-cp311-linux_x86_64.whl\n",
)
ADDRESSES = {
    "default": INDEX,
    "default/packages": FILES,
    "conda-forge": f"{CHANNELS}/conda-forge",
    "pytorch/cu126": f"{WHEELS}/cu126",
    "<index-1>": "https://nexus.navy.example/repository/simple",
}


def clean(text: str, **known: str) -> str:
    addresses = {address: name for name, address in known.items()}
    return Gate(MachineValues(), known_addresses=addresses).text(text, place="a lock")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (INDEX, "default"),
        (f"{INDEX}/", "default/"),
        (f"{INDEX}/torch/", "default/torch/"),
        (f"{FILES}/0f/1e/{HEX}/x-1.0.tar.gz", f"default/packages/0f/1e/{HEX}/x-1.0.tar.gz"),
        (f"{CHANNELS}/conda-forge", "conda-forge"),
        (f"{CHANNELS}/conda-forge/linux-64/repodata.json", "conda-forge/linux-64/repodata.json"),
        (f"{CHANNELS}/t/ab-1234567890/conda-forge/noarch", "conda-forge/noarch"),
        (f"{CHANNELS}/t/ab-1234567890/navy/noarch/x-1-0.conda", "<index-1>/noarch/x-1-0.conda"),
        ("https://repo.anaconda.example/pkgs/main/linux-64/x-1-0.conda", "defaults/main/linux-64/x-1-0.conda"),
        (f"{WHEELS}/cu126", "pytorch/cu126"),
        (f"{WHEELS}/nightly/cpu", "pytorch/nightly/cpu"),
        ("https://mirror.example/whl/cu118", "pytorch/cu118"),
        ("https://user:pw@pypi.example/simple/torch", "default/torch"),
        ("https://nexus.navy.example/repository/simple", "<index-1>"),
        ("https://user:pw@nexus.navy.example:8443/repository/simple/torch/", "<index-1>/torch/"),
        ("https://nexus.navy.example/files/packages/0f/1e/x-1.0.whl", "<index-1>/packages/0f/1e/x-1.0.whl"),
        ("https://nexus.navy.example/conda/team/linux-64/x-1-0.conda", "<index-1>/linux-64/x-1-0.conda"),
        ("https://nexus.navy.example/wheels/x-1-py3-none-any.whl", "<index-1>/x-1-py3-none-any.whl"),
    ],
)
def test_an_address_is_kept_by_its_name(address: str, name: str) -> None:
    assert clean(f'"{address}"') == f'"{name}"'


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("for url (https://{file})", "for url (<index-1>/x-1-py3-none-any.whl)"),
        ("Failed to fetch: https://{file}: no route", "Failed to fetch: <index-1>/x-1-py3-none-any.whl: no route"),
        ("get `https://{file}.metadata`", "get `<index-1>/x-1-py3-none-any.whl.metadata`"),
        ("https://{file}, then", "<index-1>/x-1-py3-none-any.whl, then"),
        ("https://docs.example/what.wheels-are", "https://docs.example/what.wheels-are"),
    ],
)
def test_a_file_of_an_index_is_found_in_a_sentence(text: str, cleaned: str) -> None:
    assert clean(text.format(file="nexus.navy.example/wheels/x-1-py3-none-any.whl")) == cleaned


def test_a_private_index_has_one_name_with_any_user_and_file() -> None:
    text = (
        "https://a:b@nexus.navy.example/pypi/simple/x/ https://nexus.navy.example/pypi/simple https://b.example/simple"
    )

    assert clean(text) == "<index-1>/x/ <index-1> <index-2>"


@pytest.mark.parametrize(
    "label", ["--index-url ", "index-url = ", "PIP_INDEX_URL=", 'registry = "', "Looking in links: x, "]
)
def test_an_address_behind_a_label_is_an_index_whatever_it_looks_like(label: str) -> None:
    assert clean(f"{label}https://wheels.navy.example/stable") == f"{label}<index-1>"


def test_the_caller_names_addresses() -> None:
    known = {"lab": "https://user@nexus.navy.example/pypi/simple/", "own": "file:///srv/wheels"}

    assert clean("https://a:b@nexus.navy.example/pypi/simple/torch/", **known) == "lab/torch/"
    assert clean("https://nexus.navy.example/packages/0f/1e/x.whl", **known) == "lab/packages/0f/1e/x.whl"
    assert clean("https://nexus.navy.example/pypi/simpler", **known) == "https://nexus.navy.example/pypi/simpler"
    assert clean("find-links = file:///srv/wheels", **known) == "find-links = own"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("x @ file:///srv/wheels/x-1-py3-none-any.whl#sha256=0", "x @ <index-1>/x-1-py3-none-any.whl#sha256=0"),
        ('{"url": "file:///srv/navy/project"}', '{"url": "<index-1>"}'),
        ("-e file:///home/grace/project", "-e file://<home>/project"),
        ("file:///C:/Users/grace/project", "file:///<home>/project"),
        ("x @ file:///croot/x_1736182485317/work", "x @ file:///croot/x_1736182485317/work"),
    ],
)
def test_a_folder_is_no_public_address(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_credentials_are_counted_also_where_the_whole_address_goes() -> None:
    gate = Gate(MachineValues())
    gate.text("https://a:b@nexus.navy.example/simple", place="x")

    assert gate.counts() == (("credential", 1), ("index", 1))


def test_a_lock_names_no_host_and_keeps_its_versions_and_digests() -> None:
    lock = clean(UV_LOCK)

    assert "://" not in lock
    assert '{ registry = "default" }' in lock
    assert '{ registry = "pytorch/cu126" }' in lock
    assert '{ registry = "<index-1>" }' in lock
    for kept in ("12.4.5.8", "2.9.1+cu126", "torch-2.9.1%2Bcu126-cp311-cp311-linux_x86_64.whl", f"sha256:{HEX}"):
        assert kept in lock


@pytest.mark.parametrize("lock", [UV_LOCK, *OTHER_LOCKS])
def test_a_restored_lock_is_the_lock(lock: str) -> None:
    cleaned = clean(lock)

    assert "://" not in cleaned
    assert restore_addresses(cleaned, ADDRESSES) == lock


def test_names_that_stand_for_nothing_are_all_listed() -> None:
    with pytest.raises(UsageError) as refusal:
        restore_addresses(clean(UV_LOCK), {"default": INDEX})

    assert refusal.value.message == "no address is known for pytorch/cu126, <index-1>"
    assert "--index NAME=URL" in refusal.value.hint


def test_words_that_are_no_addresses_are_not_restored() -> None:
    text = 'description = "default"\nchannels:\n- conda-forge\n# default/x\nurl = "../x.whl"\npath = "default"\n'

    assert restore_addresses(text, ADDRESSES) == text


@pytest.mark.parametrize("item", corpus_items("env"), ids=lambda item: item.file)
def test_real_locks_name_no_index_and_lose_no_version(item: object) -> None:
    text: str = item.text  # type: ignore[attr-defined]
    cleaned = clean(text)

    hosts = {address.split("/")[2] for address in re.findall(r"https?://[^\s\"']+", cleaned)}
    assert hosts <= {"github.com"}
    for form in (r"sha256[:=][0-9a-f]{64}", r"==[\w.+!-]+", r"[\w.%+-]+\.(?:whl|conda|tar\.(?:gz|bz2))\b"):
        assert re.findall(form, cleaned) == re.findall(form, text)
    assert re.findall(r'"[0-9]+(?:\.[0-9]+)+[\w.+]*"', cleaned) == re.findall(r'"[0-9]+(?:\.[0-9]+)+[\w.+]*"', text)
