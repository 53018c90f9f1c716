"""The terms about one Python environment, its interpreter and the managers at hand."""

from typing import Final

from envkb.model.vocabulary.term import Term

TERMS: Final = (
    Term("python", "abi_flags", "str", "Letters that the ABI of the interpreter adds to its name.", identity=True),
    Term("python", "build", "str", "Branch or revision and date that the interpreter was built from.", identity=True),
    Term("python", "cache_tag", "str", "Tag of compiled files and extension modules (cpython-312)."),
    Term("python", "compiler", "str", "Compiler that the interpreter was built with.", identity=True),
    Term("python", "configure_flags", "list", "Features that the interpreter was configured with when built."),
    Term("python", "debug", "bool", "Whether it is a debug build, which is slow.", identity=True),
    Term("python", "ext_suffix", "str", "Ending of the file names of extension modules."),
    Term(
        "python",
        "free_threaded",
        "bool",
        "Whether it was built to run without a global interpreter lock.",
        identity=True,
    ),
    Term("python", "host_triplet", "str", "Platform that the interpreter was built for, as compilers name it."),
    Term("python", "implementation", "str", "CPython, PyPy or another one.", identity=True),
    Term(
        "python", "implementation_version", "str", "Version of the implementation; PyPy's differs from the language's."
    ),
    Term("python", "macos_target", "str", "Oldest macOS that the interpreter was built for."),
    Term("python", "packager", "str", "Who packaged the interpreter, as it says itself (conda-forge).", identity=True),
    Term("python", "platform", "str", "Platform that wheels are chosen by (linux-x86_64).", identity=True),
    Term("python", "pointer_bits", "int", "Width of a pointer: 64, or 32.", identity=True),
    Term(
        "python",
        "provider",
        "str",
        "Where the interpreter came from: debian, system, conda, pyenv, standalone ...",
        identity=True,
    ),
    Term("python", "shared_library", "bool", "Whether the interpreter is linked to a shared library of its own."),
    Term("python", "version", "str", "Full version of the language.", identity=True),
    Term(
        "environment",
        "base_packages_visible",
        "bool",
        "Whether a virtual environment sees the packages of its base.",
        identity=True,
    ),
    Term("environment", "conda_packages", "int", "Number of conda packages that are no Python distribution."),
    Term("environment", "configuration_unreadable", "list", "Configuration files that cannot be read, each with why."),
    Term("environment", "dangling_path_files", "list", "Lines of .pth files that point to a folder that is gone."),
    Term("environment", "distributions", "int", "Number of Python distributions that the interpreter finds."),
    Term("environment", "distributions_size_bytes", "int", "Sum of the sizes that the metadata of packages lists."),
    Term("environment", "editable", "list", "Distributions that are installed as links to their sources."),
    Term("environment", "externally_managed", "bool", "Whether the system asks installers to keep out of its Python."),
    Term(
        "environment", "installers", "list", "Who installed the Python distributions, and how many each.", identity=True
    ),
    Term(
        "environment",
        "lock_files",
        "list",
        "Lock and requirement files beside the environment or in the working directory.",
    ),
    Term("environment", "manager", "str", "Manager that made the environment, as far as traces tell.", identity=True),
    Term("environment", "manager_version", "str", "Version of the manager when it made the environment."),
    Term(
        "environment",
        "mixed_installers",
        "bool",
        "Whether other installers put distributions into a conda prefix.",
        identity=True,
    ),
    Term(
        "environment", "native_libraries", "int", "Number of shared libraries listed that matter to machine learning."
    ),
    Term(
        "environment",
        "prefix_kind",
        "str",
        "venv, virtualenv, uv-venv, conda, pixi, debian, system, standalone ...",
        identity=True,
    ),
    Term(
        "environment", "problems", "int", "Number of installed things whose metadata is broken, doubled or left over."
    ),
    Term("manager", "present", "list", "Package managers on PATH and in the usual folders."),
    Term("manager/*", "version", "str", "Version of a package manager on this machine."),
)
