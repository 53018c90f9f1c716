"""The settings of the managers that decide what is installed, and from where. Others (proxies, accounts) stay out."""

from typing import Final

PIP: Final = frozenset(
    "abi break-system-packages build-constraint cache-dir compile config-settings constraint default-timeout "
    "extra-index-url find-links ignore-installed implementation index-url keyring-provider no-binary "
    "no-build-isolation no-cache-dir no-compile no-deps no-index only-binary platform pre prefer-binary prefix "
    "python python-version "
    "require-hashes require-virtualenv requirement retries root src target timeout trusted-host uploaded-prior-to "
    "upgrade-strategy use-deprecated use-feature use-pep517 user".split()
)
"""Options of `pip install`, in pip's spelling."""

UV: Final = frozenset(
    "allow-insecure-host build-constraint-dependencies cache-dir compile-bytecode concurrent-builds "
    "concurrent-downloads concurrent-installs config-settings constraint-dependencies default-groups default-index "
    "environments exclude-dependencies exclude-newer exclude-newer-package extra-index-url find-links fork-strategy "
    "index index-strategy index-url keyring-provider link-mode managed native-tls no-binary no-binary-package no-build "
    "no-build-isolation no-build-isolation-package no-build-package no-cache no-index no-sources offline "
    "override-dependencies package pip prerelease preview preview-features python-downloads python-install-mirror "
    "python-preference required-environments required-version resolution sources system-certs torch-backend".split()
)
"""Keys of uv.toml and of [tool.uv]."""

UV_PROJECT: Final = frozenset(
    "build-constraint-dependencies constraint-dependencies default-groups environments exclude-dependencies managed "
    "override-dependencies package required-environments sources".split()
)
"""Keys that describe a project: uv reads them in pyproject.toml even where a uv.toml lies beside it."""

UV_VARIABLES: Final = frozenset(
    "break-system-packages build-constraint constraint exclude frozen http-timeout insecure-host locked "
    "managed-python no-managed-python override project-environment python require-hashes system-python".split()
)
"""What only variables (and options) say, `UV_` taken off."""

CONDA: Final = frozenset(
    "add_pip_as_python_dependency allow_softlinks allowlist_channels always_copy always_softlink auto_update_conda "
    "channel_alias channel_priority channels create_default_packages custom_channels custom_multichannels "
    "default_channels default_threads denylist_channels deps_modifier disallowed_packages envs_dirs "
    "experimental_solver extra_safety_checks fetch_threads mirrored_channels offline override_channels_enabled "
    "override_virtual_packages pinned_packages pip_interop_enabled pkgs_dirs prefix_data_interoperability "
    "repodata_fns repodata_threads repodata_use_zst safety_checks sat_solver solver ssl_verify subdir subdirs "
    "track_features update_modifier use_local use_only_tar_bz2 whitelist_channels".split()
)
"""Keys of .condarc."""

PIXI: Final = frozenset(
    "channel-config concurrency default-channels detached-environments experimental mirrors pinning-strategy "
    "pypi-config pypi-options repodata-config run-post-link-scripts system-requirements tls-no-verify workspace".split()
)
"""Keys of pixi's config.toml, and the tables of a project that say where its packages come from."""
