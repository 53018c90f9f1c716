import json
import os
from pathlib import Path
from typing import Any

import pytest

from envkb.capture.collect.distributions import read_site_packages

METADATA = "Metadata-Version: 2.4\nName: {}\nVersion: {}\nSummary: x\n\nName: not-me\nVersion: 0\n"


def write(site: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def rows(site: Path) -> list[dict[str, Any]]:
    return read_site_packages(str(site)).distributions


def test_a_wheel_is_read_from_its_dist_info(tmp_path: Path) -> None:
    folder = "torch-2.13.0+cpu.dist-info"
    write(
        tmp_path,
        {
            f"{folder}/METADATA": METADATA.format("torch", "2.13.0+cpu"),
            f"{folder}/INSTALLER": "uv\n",
            f"{folder}/REQUESTED": "",
            f"{folder}/WHEEL": "Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\nTag: cp311-abi3-linux_x86_64\n",
            f"{folder}/direct_url.json": json.dumps({"url": "file:///w/torch.whl", "archive_info": {}}),
            f"{folder}/RECORD": "torch/lib/libtorch.so,sha256=a,7\ntorch/__init__.py,sha256=b,3\n",
        },
    )
    (row,) = rows(tmp_path)
    assert len(row.pop("content_sha256")) == 64
    assert row == {
        "dir": folder,
        "name": "torch",
        "version": "2.13.0+cpu",
        "installer": "uv",
        "requested": True,
        "tags": ["cp311-cp311-linux_x86_64", "cp311-abi3-linux_x86_64"],
        "direct_url": {"url": "file:///w/torch.whl", "archive_info": {}},
        "files": 2,
        "size_bytes": 10,
        "native_libraries": 1,
        "notable": ["torch/lib/libtorch.so"],
    }


def test_two_versions_of_one_distribution_are_both_listed(tmp_path: Path) -> None:
    for version in ("1.0", "2.0"):
        write(tmp_path, {f"demo-{version}.dist-info/METADATA": METADATA.format("demo", version)})
    assert [(row["name"], row["version"]) for row in rows(tmp_path)] == [("demo", "1.0"), ("demo", "2.0")]


@pytest.mark.parametrize(
    "metadata", [b"", b"\x00\xff\xfe" * 50, b"Name: \x07\nVersion: 1\n", b"Version: 1\n", b"Name: demo\n", b"<html>"]
)
def test_corrupt_metadata_is_a_problem_and_the_folder_still_a_distribution(tmp_path: Path, metadata: bytes) -> None:
    write(tmp_path, {"demo-1.5.dist-info/METADATA": metadata})
    (row,) = rows(tmp_path)
    assert row["problem"] == "its metadata has no name or no version"
    assert (row["name"], row["version_of_dir"]) == ("demo", "1.5")


def test_a_folder_without_metadata_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "demo-1.5.dist-info").mkdir()
    (row,) = rows(tmp_path)
    assert (row["name"], row["version"], row["problem"]) == ("demo", None, "it has no METADATA")


def test_metadata_may_hide_its_name_behind_a_long_header(tmp_path: Path) -> None:
    text = "Metadata-Version: 2.1\nLicense: " + "x" * 9000 + "\nName: demo\nVersion: 3\n\nbody"
    write(tmp_path, {"demo-3.dist-info/METADATA": text.replace("\n", "\r\n")})
    assert [(row["name"], row["version"]) for row in rows(tmp_path)] == [("demo", "3")]


def test_eggs_of_both_shapes_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "crcmod-1.7.egg-info": METADATA.format("crcmod", "1.7"),
            "six-1.16.0-py3.11.egg-info/PKG-INFO": METADATA.format("six", "1.16.0"),
        },
    )
    assert [(row["name"], row["version"]) for row in rows(tmp_path)] == [("crcmod", "1.7"), ("six", "1.16.0")]


def test_a_development_link_is_followed_to_its_metadata(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(project, {"my_tool.egg-info/PKG-INFO": METADATA.format("my-tool", "0.3")})
    write(tmp_path / "site", {"my-tool.egg-link": f"{project}\n.", "gone.egg-link": "/nowhere\n."})
    gone, linked = rows(tmp_path / "site")
    assert (linked["version"], linked["egg_link"]) == ("0.3", str(project))
    assert (gone["version"], gone["problem"]) == (None, "the project it links to has no metadata")


def test_a_direct_url_that_is_no_json_stays_text(tmp_path: Path) -> None:
    write(tmp_path, {"a-1.dist-info/METADATA": METADATA.format("a", "1"), "a-1.dist-info/direct_url.json": "{oops"})
    assert rows(tmp_path)[0]["direct_url"] == "{oops"


def test_a_dangling_path_file_is_flagged(tmp_path: Path) -> None:
    write(
        tmp_path, {"here/x": "", "my.pth": f"# note\nimport sys; sys.path\n{tmp_path}/here\n/nowhere/src\nrelative\n"}
    )
    assert read_site_packages(str(tmp_path)).path_files == [
        {
            "file": "my.pth",
            "imports": 1,
            "paths": [
                {"path": f"{tmp_path}/here", "exists": True},
                {"path": "/nowhere/src", "exists": False},
                {"path": "relative", "exists": False},
            ],
        }
    ]


def test_a_path_file_of_rubbish_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path, {"bad.pth": b"\xff\xfe\x00nul\x00\n"})
    assert len(read_site_packages(str(tmp_path)).path_files) == 1


@pytest.mark.parametrize("name", ["METADATA", "RECORD", "INSTALLER", "direct_url.json", "WHEEL"])
def test_a_fifo_in_a_files_place_does_not_hold_us(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"one-1.0.dist-info/METADATA": "Name: one\nVersion: 1.0\n"})
    (tmp_path / "one-1.0.dist-info" / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / "one-1.0.dist-info" / name)
    os.mkfifo(tmp_path / "odd.pth")
    (row,) = rows(tmp_path)
    assert row["name"] == "one"
    assert ("problem" in row) == (name in ("METADATA", "RECORD"))
