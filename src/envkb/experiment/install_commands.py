"""What the arguments of the managers' install commands mean, as their manuals say."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Meaning = Literal[
    "requirement",
    "file",
    "editable",
    "constraint",
    "index",
    "channel",
    "python",
    "platform",
    "backend",
    "flag",
    "other",
]
"""What a word says: `flag` is an option with its value, `other` is nothing that belongs to a request."""


class Grammar(NamedTuple):
    """The install commands of one manager.

    Attributes:
        verbs: The words that make a command an install, and what its bare words are.
        values: Options that take a value, and what it means.
        switches: Options that take none.
    """

    verbs: Mapping[tuple[str, ...], Meaning]
    values: Mapping[str, Meaning]
    switches: frozenset[str]


def _values(meaning: Meaning, options: str) -> dict[str, Meaning]:
    return dict.fromkeys(options.split(), meaning)


_PIP_VALUES: Final = {
    **_values("file", "-r --requirement --requirements"),
    **_values("editable", "-e --editable"),
    **_values("constraint", "-c --constraint --constraints"),
    **_values("index", "-i --index-url --extra-index-url"),
    **_values("python", "--python-version"),
    **_values("platform", "--platform"),
    **_values(
        "flag",
        "-f --find-links -t --target --prefix --root --only-binary --no-binary --cache-dir --upgrade-strategy -C "
        "--config-setting --config-settings --global-option --abi --implementation --use-feature --use-deprecated "
        "--group --build-constraint --uploaded-prior-to",
    ),
    **_values(
        "other",
        "--python --src --log --report --proxy --timeout --retries --trusted-host --cert --client-cert --progress-bar "
        "--exists-action --root-user-action --keyring-provider --resume-retries",
    ),
}
_PIP_SWITCHES: Final = frozenset(
    "-U --upgrade --pre --no-deps --user --no-cache-dir --force-reinstall -I --ignore-installed --no-build-isolation "
    "--use-pep517 --no-use-pep517 --check-build-dependencies --no-index --prefer-binary --require-hashes --compile "
    "--no-compile --break-system-packages --no-clean --dry-run --isolated --require-virtualenv --no-input --no-color "
    "--disable-pip-version-check --no-warn-script-location --no-warn-conflicts --ignore-requires-python "
    "--no-python-version-warning --debug -q --quiet -v --verbose".split()
)
_UV_VALUES: Final = {
    **_PIP_VALUES,
    **_values("requirement", "--with"),
    **_values("editable", "--with-editable"),
    **_values("file", "--with-requirements"),
    **_values("index", "--index --default-index"),
    **_values("python", "-p --python"),
    **_values("platform", "--python-platform"),
    **_values("backend", "--torch-backend"),
    **_values(
        "flag",
        "-P --upgrade-package --upgrade-group --reinstall-package --refresh-package --resolution --prerelease "
        "--prerelease-package --fork-strategy --index-strategy --link-mode --exclude-newer --exclude-newer-package "
        "--extra --no-extra --only-group --no-group --package --optional --no-binary-package --no-build-package "
        "--no-build-isolation-package --no-editable-package --overrides --override -b --build-constraints --excludes "
        "--rev --tag --branch -m --marker --no-install-package --bounds --config-settings-package "
        "--no-sources-package",
    ),
    **_values(
        "other",
        "--config-file --directory --project --color --allow-insecure-host --python-preference --prompt --script "
        "--env-file --preview-features --output-format -w --with-executables-from",
    ),
}
_UV_SWITCHES: Final = _PIP_SWITCHES | frozenset(
    "-n --no-cache --system --no-system --no-break-system-packages --reinstall --refresh --compile-bytecode "
    "--no-compile-bytecode --no-build --no-sources --strict --exact --frozen --locked --inexact --all-extras "
    "--all-groups --all-packages --dev --no-dev --only-dev --no-default-groups --no-editable --no-project "
    "--no-install-project --no-install-workspace --no-install-local --active --check --offline --native-tls "
    "--system-certs --managed-python --no-managed-python --no-python-downloads --no-config --preview --raw --no-sync "
    "--seed --clear --allow-existing --system-site-packages --relocatable --workspace --no-workspace --no-progress "
    "--verify-hashes --no-verify-hashes --require-build-hashes --no-require-build-hashes --all --lfs --force "
    "--no-env-file -s".split()
)
_UV_PROJECT_SWITCHES: Final = frozenset({"-e", "--editable", "--no-binary"})  # `uv pip` gives these a value
_CONDA_VALUES: Final = {
    **_values("channel", "-c --channel"),
    **_values("file", "-f --file"),
    **_values("platform", "--platform --subdir"),
    **_values("flag", "--solver --experimental-solver --repodata-fn --channel-priority --clone --experimental"),
    **_values("other", "-n --name -p --prefix -r --root-prefix --rc-file --console --revision --environment-specifier"),
}
_CONDA_SWITCHES: Final = frozenset(
    "-y --yes -q --quiet -v --verbose -d --dry-run -C -k --json --override-channels --strict-channel-priority "
    "--no-channel-priority --copy --always-copy --always-softlink --offline --freeze-installed --no-deps --only-deps "
    "--no-pin --no-py-pin --force-reinstall --force --use-local --update-deps --no-update-deps -S "
    "--satisfied-skip-solve --update-all --all --update-specs -m --mkdir --no-default-packages --download-only "
    "--insecure --prune --use-index-cache --no-rc --no-env --no-lock --no-shortcuts --shortcuts".split()
)
_CONDA: Final = Grammar(
    verbs={
        ("install",): "requirement",
        ("create",): "requirement",
        ("update",): "requirement",
        ("upgrade",): "requirement",
        ("env", "create"): "other",
        ("env", "update"): "other",
    },
    values=_CONDA_VALUES,
    switches=_CONDA_SWITCHES,
)
GRAMMARS: Final[Mapping[str, Grammar]] = {
    "pip": Grammar({("install",): "requirement"}, _PIP_VALUES, _PIP_SWITCHES),
    "uv pip": Grammar({("pip", "install"): "requirement", ("pip", "sync"): "file"}, _UV_VALUES, _UV_SWITCHES),
    "uv venv": Grammar(
        {("venv",): "other"},
        {name: meaning for name, meaning in _UV_VALUES.items() if name != "-c"},
        _UV_SWITCHES | {"-c"},
    ),
    "uv": Grammar(
        {("tool", "install"): "requirement", ("add",): "requirement", ("sync",): "other", ("run",): "other"},
        {name: meaning for name, meaning in _UV_VALUES.items() if name not in _UV_PROJECT_SWITCHES},
        _UV_SWITCHES | _UV_PROJECT_SWITCHES,
    ),
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA,
    "pixi": Grammar(
        {("add",): "requirement", ("install",): "other", ("global", "install"): "requirement"},
        {
            **_values("channel", "-c --channel"),
            **_values("platform", "-p --platform"),
            **_values("flag", "-f --feature --git --branch --tag --rev --subdir --concurrent-downloads"),
            **_values("other", "-e --environment --manifest-path -m --color --auth-file --concurrent-solves"),
        },
        frozenset(
            "--pypi --host --build --editable --frozen --locked --no-install --no-lockfile-update --as-is -a --all "
            "-q --quiet -v --verbose --no-progress --force-reinstall".split()
        ),
    ),
    "poetry": Grammar(
        {("add",): "requirement", ("install",): "other", ("sync",): "other"},
        {
            **_values("index", "--source"),
            **_values("python", "--python"),
            **_values("platform", "--platform"),
            **_values("flag", "-G --group -E --extras --with --without --only --markers"),
            **_values("other", "-C --directory -P --project"),
        },
        frozenset(
            "-D --dev -e --editable --optional --allow-prereleases --dry-run --lock --no-root --sync --all-extras "
            "--all-groups --only-root --no-directory --compile --no-cache -n --no-interaction -q --quiet -v".split()
        ),
    ),
}
"""The managers whose commands can be read; where a sub-command has options of its own it stands with the manager."""

MANAGERS: Final = frozenset(name.partition(" ")[0] for name in GRAMMARS)
"""The managers: the program that a command starts with, less a version (`pip3.11`)."""

VARIABLES: Final[Mapping[str, str]] = {
    "PIP_INDEX_URL": "--index-url",
    "PIP_EXTRA_INDEX_URL": "--extra-index-url",
    "UV_INDEX": "--index",
    "UV_DEFAULT_INDEX": "--default-index",
    "UV_INDEX_URL": "--index-url",
    "UV_EXTRA_INDEX_URL": "--extra-index-url",
    "UV_TORCH_BACKEND": "--torch-backend",
    "UV_PYTHON": "--python",
}
"""Variables set before a command that say what an option says."""
