from envkb.capture.collect.settings import config_files
from machine_tree import MachineTree


def paths(tree: MachineTree, tool: str, prefix: str = "", **environ: str) -> list[str]:
    return [entry["path"] for entry in config_files(tree.machine(**environ), prefix).get(tool, [])]


def test_nothing_configured_is_nothing(tree: MachineTree) -> None:
    assert config_files(tree.machine(), "/venv") == {}


def test_the_strongest_file_of_pip_comes_last(tree: MachineTree) -> None:
    tree.write(
        dict.fromkeys(("/etc/pip.conf", "/home/ada/.config/pip/pip.conf", "/venv/pip.conf", "/x/pip.ini"), "[global]")
    )
    assert paths(tree, "pip", "/venv", PIP_CONFIG_FILE="/x/pip.ini") == [
        "/etc/pip.conf",
        "/home/ada/.config/pip/pip.conf",
        "/venv/pip.conf",
        "/x/pip.ini",
    ]


def test_conda_files_come_from_root_home_and_prefix(tree: MachineTree) -> None:
    tree.write(
        dict.fromkeys(
            ("/opt/conda/conda-meta/history", "/opt/conda/.condarc", "/home/ada/.condarc", "/env/.condarc"), "x"
        )
    )
    assert paths(tree, "conda", "/env") == ["/opt/conda/.condarc", "/home/ada/.condarc", "/env/.condarc"]


def test_a_project_file_counts_where_it_speaks_of_the_tool(tree: MachineTree) -> None:
    project = f"{tree.project}/pyproject.toml"
    tree.write({project: "[project]\n[tool.uv]\nindex-url = 'x'\n", "/etc/pixi/config.toml": "tls = 1"})
    assert paths(tree, "uv") == [project]
    assert paths(tree, "pixi") == ["/etc/pixi/config.toml"]


def test_the_text_comes_along(tree: MachineTree) -> None:
    tree.write({"/etc/uv/uv.toml": 'cache-dir = "/c"\n'})
    assert config_files(tree.machine(), "")["uv"] == [{"path": "/etc/uv/uv.toml", "text": 'cache-dir = "/c"\n'}]


def test_a_file_that_cannot_be_read_says_why(tree: MachineTree) -> None:
    (tree.root / "etc/uv/uv.toml").mkdir(parents=True)
    assert config_files(tree.machine(), "")["uv"] == [{"path": "/etc/uv/uv.toml", "reason": "not a regular file"}]
