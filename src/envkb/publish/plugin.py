"""The plugin of MkDocs: renders before a build and watches the records. It does nothing else."""

import os
from pathlib import Path
from typing import Any

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.utils import get_build_datetime
from pathspec.gitignore import GitIgnoreSpec

from envkb.errors import KbError
from envkb.knowledge.folder import KnowledgeBase
from envkb.publish.site import RENDERED, render_site

_SINGLE_PAGES = GitIgnoreSpec.from_lines(["/kb/*/*/"])


class NoOptions(Config):
    """The plugin has no options."""


class EnvkbPlugin(BasePlugin[NoOptions]):
    """Keeps the generated pages up to date when `mkdocs` is called directly."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Keep single pages out of the navigation, also those of a sort that `mkdocs.yml` is too old to know."""
        config.not_in_nav = (config.not_in_nav or GitIgnoreSpec([])) + _SINGLE_PAGES
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Write the pages before the builder looks for files, unless `kb build` has just done so.

        Raises:
            PluginError: The knowledge base cannot be read or the pages cannot be written.
        """
        if RENDERED in os.environ:
            return
        try:
            base = KnowledgeBase.open(_root(config))
            render_site(base, evaluated=get_build_datetime().date())
        except KbError as error:
            raise PluginError(f"{error.message} ({error.hint})" if error.hint else error.message) from error

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:  # noqa: ANN401, ARG002 - the hook's own signature
        """Rebuild when a record, an attachment or the settings change."""
        server.watch(str(_root(config) / "kb"))
        return server


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path or ".").resolve().parent
