"""What the managers are really configured to do, and by which file."""

import json
from typing import Any

import pytest

from envkb.capture.probes.environment_settings import configuration
from envkb.capture.snapshot import Snapshot

File = tuple[str, str]

EFFECTIVE: list[tuple[str, str, list[File], dict[str, str], dict[str, tuple[str, str]]]] = [
    (
        "the later file of pip wins",
        "pip",
        [
            ("/etc/pip.conf", "[global]\nindex-url = https://a.example/simple\nno-index = true\n"),
            ("/home/ada/.config/pip/pip.conf", "[global]\nindex_url = https://b.example/simple\n"),
        ],
        {},
        {
            "index-url": ("https://b.example/simple", "/home/ada/.config/pip/pip.conf"),
            "no-index": ("true", "/etc/pip.conf"),
        },
    ),
    (
        "the section of a command of pip wins over the global one of a later file",
        "pip",
        [
            ("/etc/pip.conf", "[install]\nfind-links =\n  /wheels\n  /more\n"),
            ("/home/ada/.config/pip/pip.conf", "[global]\nfind-links = /other\n[download]\nno-index = 1\n"),
        ],
        {},
        {
            "find-links": ("/wheels /more", "/etc/pip.conf"),
            "download.no-index": ("1", "/home/ada/.config/pip/pip.conf"),
        },
    ),
    (
        "a variable wins over every file of pip",
        "pip",
        [("/etc/pip.conf", "[install]\nindex-url = https://a.example/simple\n")],
        {"PIP_INDEX_URL": "https://c.example/simple", "PIP_NO_INPUT": "1"},
        {"index-url": ("https://c.example/simple", "PIP_INDEX_URL")},
    ),
    (
        "a file named by a variable keeps pip from the user's own",
        "pip",
        [
            ("/home/ada/.config/pip/pip.conf", "[global]\npre = true\n"),
            ("/srv/pip.conf", "[global]\nno-index = true\n"),
        ],
        {"PIP_CONFIG_FILE": "/srv/pip.conf"},
        {"no-index": ("true", "/srv/pip.conf")},
    ),
    (
        "the null device keeps pip from every file",
        "pip",
        [("/etc/pip.conf", "[global]\nno-index = true\n")],
        {"PIP_CONFIG_FILE": "/dev/null"},
        {},
    ),
    (
        "what pip calls accounts and proxies stays out",
        "pip",
        [("/etc/pip.conf", "[global]\nproxy = http://ada:secret@p.example\nclient-cert = /home/ada/key.pem\n")],
        {},
        {},
    ),
    (
        "indexes of uv are told by their names",
        "uv",
        [
            (
                "/home/ada/p/uv.toml",
                (
                    'link-mode = "copy"\n[[index]]\nname = "torch"\nurl = "https://w.example/cpu"\nexplicit = true\n'
                    '[[index]]\nurl = "https://u.example"\n[pip]\ntorch-backend = "cu126"\n'
                ),
            )
        ],
        {},
        {
            "link-mode": ("copy", "/home/ada/p/uv.toml"),
            "index.torch.url": ("https://w.example/cpu", "/home/ada/p/uv.toml"),
            "index.torch.explicit": ("true", "/home/ada/p/uv.toml"),
            "index.1.url": ("https://u.example", "/home/ada/p/uv.toml"),
            "pip.torch-backend": ("cu126", "/home/ada/p/uv.toml"),
        },
    ),
    (
        "uv.toml beside a pyproject.toml leaves it only what describes the project",
        "uv",
        [
            (
                "/home/ada/p/pyproject.toml",
                '[tool.uv]\nlink-mode = "copy"\n[tool.uv.sources]\ntorch = { index = "torch" }\n',
            ),
            ("/home/ada/p/uv.toml", "offline = true\n"),
        ],
        {},
        {
            "offline": ("true", "/home/ada/p/uv.toml"),
            "sources.torch.index": ("torch", "/home/ada/p/pyproject.toml"),
        },
    ),
    (
        "lists of uv are put together, the strongest first",
        "uv",
        [
            ("/etc/uv/uv.toml", 'find-links = ["/a", "/b"]\n'),
            ("/home/ada/p/pyproject.toml", '[tool.uv]\nfind-links = ["/c", "/a"]\n'),
        ],
        {},
        {"find-links": ("/c /a /b", "/home/ada/p/pyproject.toml, /etc/uv/uv.toml")},
    ),
    (
        "a variable keeps uv from every file",
        "uv",
        [("/etc/uv/uv.toml", "offline = true\n")],
        {"UV_NO_CONFIG": "1", "UV_TORCH_BACKEND": "cpu"},
        {"torch-backend": ("cpu", "UV_TORCH_BACKEND"), "UV_NO_CONFIG": ("1", "environment")},
    ),
    (
        "a file named by a variable is all that uv reads",
        "uv",
        [("/etc/uv/uv.toml", "offline = true\n"), ("/srv/uv.toml", "no-cache = true\n")],
        {"UV_CONFIG_FILE": "/srv/uv.toml"},
        {"no-cache": ("true", "/srv/uv.toml"), "UV_CONFIG_FILE": ("/srv/uv.toml", "environment")},
    ),
    (
        "channels of several files of conda are put together",
        "conda",
        [
            ("/opt/conda/.condarc", "channels:\n  - defaults\nchannel_priority: flexible\nchanneldata: {}\n"),
            ("/home/ada/.condarc", "channels: [conda-forge]\nchannel_priority: strict\nauto_stack: 1\n"),
        ],
        {"CONDA_SOLVER": "libmamba", "CONDA_PREFIX": "/opt/conda"},
        {
            "channels": ("conda-forge defaults", "/home/ada/.condarc, /opt/conda/.condarc"),
            "channel_priority": ("strict", "/home/ada/.condarc"),
            "solver": ("libmamba", "CONDA_SOLVER"),
            "CONDA_PREFIX": ("/opt/conda", "environment"),
        },
    ),
    (
        "mirrors of pixi are told as what stands for what",
        "pixi",
        [
            (
                "/home/ada/.pixi/config.toml",
                (
                    'default_channels = ["conda-forge"]\n[mirrors]\n"https://c.example" = ["https://m.example"]\n'
                    '[pypi-config]\nindex-url = "https://p.example"\n'
                ),
            )
        ],
        {},
        {
            "default-channels": ("conda-forge", "/home/ada/.pixi/config.toml"),
            "mirrors": ("https://c.example -> https://m.example", "/home/ada/.pixi/config.toml"),
            "pypi-config.index-url": ("https://p.example", "/home/ada/.pixi/config.toml"),
        },
    ),
    (
        "a project of pixi says where its packages come from",
        "pixi",
        [
            (
                "/home/ada/p/pyproject.toml",
                (
                    '[tool.pixi.project]\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n'
                    '[tool.pixi.system-requirements]\ncuda = "12.0"\n'
                ),
            )
        ],
        {},
        {
            "workspace.channels": ("conda-forge", "/home/ada/p/pyproject.toml"),
            "workspace.platforms": ("linux-64", "/home/ada/p/pyproject.toml"),
            "system-requirements.cuda": ("12.0", "/home/ada/p/pyproject.toml"),
        },
    ),
]


def snapshot(files: Any, variables: Any) -> Snapshot:
    return Snapshot.of({"kb:config-files": json.dumps(files), "kb:variables": json.dumps(variables)})


@pytest.mark.parametrize(
    ("tool", "files", "variables", "told"), [row[1:] for row in EFFECTIVE], ids=[r[0] for r in EFFECTIVE]
)
def test_the_effective_value_names_the_file_it_came_from(
    tool: str, files: list[File], variables: dict[str, str], told: dict[str, tuple[str, str]]
) -> None:
    shape = {tool: [{"path": path, "text": text} for path, text in files]}
    settings = configuration(snapshot(shape, variables)).settings()
    kept = [setting for setting in settings if setting.tool == tool or not setting.name.startswith("PIP_")]
    assert {setting.name: (setting.value, setting.source) for setting in kept} == told


def test_variables_that_configure_no_manager_are_settings_of_the_environment() -> None:
    told = configuration(snapshot({}, {"CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "4", "PYTHONPATH": ""}))
    assert [(row.tool, row.name, row.value, row.source) for row in told.settings()] == [
        ("environment", "CUDA_VISIBLE_DEVICES", "0", "environment"),
        ("environment", "OMP_NUM_THREADS", "4", "environment"),
    ]


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nchannels: [*b, *b]\n"


@pytest.mark.parametrize(
    ("tool", "text", "reason"),
    [
        ("pip", "index-url = https://a.example\n", "no section headers"),
        ("pip", "[global]\n[global]\n", "already exists"),
        ("uv", 'link-mode = "copy\n', "line 1"),
        ("uv", "a = " + "[" * 100_000, "nested too deep"),
        ("conda", "channels: [defaults\n", "expected"),
        ("conda", "- defaults\n", "no mapping"),
        ("conda", "a: 2026-99-99\n", "month must be"),
        ("conda", BOMB, "aliases"),
        ("conda", "# " + "x" * 70_000, "64 KiB"),
        ("conda", "[" * 3_000, "nested too deep"),
    ],
)
def test_a_malformed_file_gives_its_reason_and_no_setting(tool: str, text: str, reason: str) -> None:
    told = configuration(snapshot({tool: [{"path": "/etc/x", "text": text}]}, {}))
    assert told.settings() == ()
    assert len(told.unreadable) == 1
    assert told.unreadable[0].startswith("/etc/x: ")
    assert reason in told.unreadable[0]
    assert "\n" not in told.unreadable[0]


def test_a_file_that_may_not_be_read_gives_its_reason() -> None:
    told = configuration(snapshot({"uv": [{"path": "/etc/uv/uv.toml", "reason": "permission denied"}]}, {}))
    assert told.unreadable == ["/etc/uv/uv.toml: permission denied"]


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_says_nothing_and_is_no_problem(text: str) -> None:
    told = configuration(
        snapshot({tool: [{"path": "/x", "text": text}] for tool in ("pip", "uv", "conda", "pixi")}, {})
    )
    assert (told.settings(), told.unreadable) == ((), [])
