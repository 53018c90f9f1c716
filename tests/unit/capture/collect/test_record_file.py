import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkb.capture.collect.record_file import content_sha256, notable, read_record

KEPT = [
    b"pkg/__init__.py,sha256=aaa,10",
    b'"pkg/with, comma.py",sha256=bbb,20',
    b"pkg/data/../odd.txt,sha256=ccc,30",
    b"pkg/lib/libcudart.so.12,sha256=ddd,40",
    b"pkg-1.0.dist-info/METADATA,sha256=eee,50",
    b"pkg-1.0.dist-info/licenses/RECORD,sha256=fff,60",
]
DROPPED = [
    b"pkg-1.0.dist-info/INSTALLER,sha256=zzz,4",
    b"pkg-1.0.dist-info/REQUESTED,sha256=zzz,0",
    b"pkg-1.0.dist-info/RECORD,,",
    b"pkg-1.0.dist-info/direct_url.json,sha256=zzz,99",
    b"pkg-1.0.dist-info/uv_cache.json,sha256=zzz,99",
    b"pkg/__pycache__/__init__.cpython-311.pyc,,",
    b"pkg/shipped.pyc,sha256=zzz,1",
    b"../../../bin/pkg,sha256=zzz,200",
    b'"../../../bin/pkg,x",sha256=zzz,200',
    b"pkg/no_hash.txt,,12",
]
DIGEST = hashlib.sha256(b"\n".join(sorted(KEPT))).hexdigest()


def test_the_digest_is_that_of_the_recipe() -> None:
    assert content_sha256(b"\n".join(KEPT) + b"\n") == DIGEST


@given(st.permutations(KEPT), st.lists(st.sampled_from(DROPPED)), st.sampled_from([b"\n", b"\r\n"]), st.booleans())
def test_the_digest_does_not_depend_on_the_installer(
    kept: list[bytes],
    dropped: list[bytes],
    end: bytes,
    closed: bool,  # noqa: FBT001 - hypothesis passes by position
) -> None:
    assert content_sha256(end.join([*dropped, *kept]) + (end if closed else b"")) == DIGEST


@pytest.mark.parametrize("line", KEPT)
def test_every_file_that_is_brought_counts(line: bytes) -> None:
    assert content_sha256(b"\n".join(other for other in KEPT if other != line)) != DIGEST


@pytest.mark.parametrize("data", [b"", b"\n\n", b"pkg/a.py,,\n", b"../x,sha256=a,1\n"])
def test_nothing_brought_has_no_digest(data: bytes) -> None:
    assert content_sha256(data) is None


@given(st.binary(max_size=300))
def test_rubbish_is_read_without_complaint(data: bytes) -> None:
    assert read_record(data).files >= 0


def test_sizes_and_libraries_are_counted() -> None:
    recorded = read_record(b"\r\n".join([*KEPT, b"pkg/_c.cpython-311-x86_64-linux-gnu.so,sha256=g,7", b""]))
    assert recorded.size_bytes == 217
    assert recorded.native_libraries == 2
    assert recorded.notable == ["pkg/lib/libcudart.so.12"]
    assert recorded.files == 7


def test_a_record_without_sizes_has_no_size() -> None:
    assert read_record(b"a.py,sha256=x,\n").size_bytes is None


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("torch/lib/libtorch_cpu.so", True),
        ("torch.libs/libgomp-a34b3233.so.1", True),
        ("nvidia/cudnn/lib/libcudnn_ops.so.9", True),
        ("numpy.libs/libscipy_openblas64_-56d6093b.so", True),
        ("functorch/.dylibs/libiomp5.dylib", True),
        ("lib/libmkl_rt.so.2", True),
        ("lib/libpng16.so", False),
        ("pkg/glibtorch.so", False),
    ],
)
def test_libraries_that_matter_are_told_apart(path: str, *, matters: bool) -> None:
    assert notable([path]) == ([path] if matters else [])
