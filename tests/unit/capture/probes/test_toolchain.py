import pytest

from envkb.capture.probes import toolchain
from host_probing import absent, seen


@pytest.mark.parametrize(
    ("tool", "text", "version"),
    [
        ("gcc", "gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022\n", "12.2.0"),
        ("gcc", "gcc (GCC) 4.8.5 20150623 (Red Hat 4.8.5-44)\n", "4.8.5"),
        ("gcc", "Apple clang version 16.0.0 (clang-1600.0.26.6)\n", "16.0.0"),
        ("clang", "Ubuntu clang version 14.0.0-1ubuntu1.1\nTarget: x86_64-pc-linux-gnu\n", "14.0.0"),
        ("cmake", "cmake version 3.25.1\n\nCMake suite maintained by Kitware\n", "3.25.1"),
    ],
)
def test_a_tools_version_is_not_its_packages(tool: str, text: str, version: str) -> None:
    told = seen({f"{tool} --version": text}, toolchain.probe)

    assert told.value("toolchain", f"{tool}_version") == version
    assert told.value("toolchain", f"{tool}_name") == text.partition("\n")[0]


def test_a_tool_that_is_not_there_says_so() -> None:
    told = seen({"gcc --version": "garbage\n"}, toolchain.probe, broken=absent("clang --version"))

    assert told.why("toolchain", "clang_version") == ("absent", "there is no clang --version")
    assert told.why("toolchain", "gcc_version") == ("absent", "gcc --version does not tell it")
    assert told.value("toolchain", "gcc_name") is None
