"""Asks an interpreter about itself, without its site packages and without importing anything of the environment."""

from __future__ import annotations

import ast
import os
import threading
from typing import Any

from envkb.capture.collect.allowlist import Command
from envkb.capture.collect.commands import Running, launch, wait_for
from envkb.capture.collect.machine import Machine
from envkb.capture.collect.rows import Row, UnreadableError
from envkb.capture.collect.target import Target

TIMEOUT_S = 10.0
OLDEST = (3, 8)
MARK = "kb-interpreter:"
# Runs under any Python from 2.7 on, so that an old one can be told apart from a broken one. Without `site` a virtual
# environment's prefix is not known to its interpreter (before 3.14): pyvenv.cfg is looked for as `site` does.
# It answers with a Python literal: importing `json` would take as long as all the rest.
SCRIPT = r"""
import sys
sys.path[:] = [p for p in sys.path if p]
import os, struct, sysconfig
def var(name):
    return sysconfig.get_config_var(name)
folder = os.path.dirname(os.path.abspath(sys.executable))
parent = os.path.dirname(folder)
prefix = sys.prefix
for place in (folder, parent):
    if os.path.isfile(os.path.join(place, 'pyvenv.cfg')):
        prefix = parent
        break
told = {'version': '%d.%d.%d' % tuple(sys.version_info[:3]), 'version_text': sys.version,
        'releaselevel': sys.version_info[3], 'serial': sys.version_info[4], 'prefix': prefix,
        'executable': sys.executable, 'pointer_bits': struct.calcsize('P') * 8, 'byteorder': sys.byteorder,
        'platform': sysconfig.get_platform(), 'base_prefix': getattr(sys, 'base_prefix', sys.prefix),
        'debug': hasattr(sys, 'gettotalrefcount')}
if sys.version_info >= (3, 8):
    import site
    own = os.path.join(prefix, 'lib', 'python%d.%d' % sys.version_info[:2], 'site-packages')
    base = sys.base_prefix
    sys.prefix = sys.exec_prefix = prefix
    try:
        told['sites'] = [own] + site.getsitepackages([prefix])
        told['base_sites'] = site.getsitepackages([base])
        told['user_site'] = None if os.environ.get('PYTHONNOUSERSITE') else site.getusersitepackages()
        told['path_sites'] = [p for p in os.environ.get('PYTHONPATH', '').split(os.pathsep) if p]
    except Exception as error:
        told['sites_error'] = repr(error)
    told.update(implementation=sys.implementation.name, cache_tag=sys.implementation.cache_tag,
        implementation_version='%d.%d.%d' % tuple(sys.implementation.version[:3]),
        multiarch=getattr(sys.implementation, '_multiarch', None), soabi=var('SOABI'), ext_suffix=var('EXT_SUFFIX'),
        host=var('HOST_GNU_TYPE'), gil_disabled=bool(var('Py_GIL_DISABLED')), shared=bool(var('Py_ENABLE_SHARED')),
        abiflags=getattr(sys, 'abiflags', ''), real_executable=os.path.realpath(sys.executable),
        macos_target=var('MACOSX_DEPLOYMENT_TARGET'),
        stdlib=sysconfig.get_path('stdlib', vars={'installed_base': base}),
        config_args=[w.strip("'") for w in str(var('CONFIG_ARGS') or '').split()
                     if w.strip("'").startswith(('--enable-', '--with-', '--disable-')) and '/' not in w])
sys.stdout.write('kb-interpreter:' + (ascii if sys.version_info[0] > 2 else repr)(told) + '\n')
"""


class Interpreter:
    """The target's interpreter, started early and asked late, so that other sources are read meanwhile."""

    def __init__(self, machine: Machine, target: Target) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._answer: dict[str, Any] | UnreadableError | None = None
        self._started: Running | Row | None = None
        if target.python and os.path.exists(target.python):
            # In the project's folder, since a shim picks the interpreter by what it finds there.
            arguments = [target.python, "-E", "-s", "-S", "-c", SCRIPT]
            self._started = launch(machine, Command(target.python, timeout_s=TIMEOUT_S), arguments, machine.cwd)

    def facts(self) -> dict[str, Any]:
        """Return what it says of itself.

        Raises:
            UnreadableError: It is missing, does not start, hangs, is too old, or is no Python.
        """
        with self._lock:
            if self._answer is None:
                try:
                    self._answer = self._ask()
                except UnreadableError as error:
                    self._answer = error
        if isinstance(self._answer, UnreadableError):
            raise self._answer
        return self._answer

    def prefix(self) -> str:
        """Return the environment's prefix: as the interpreter says, else as the paths tell."""
        try:
            return str(self.facts()["prefix"])
        except UnreadableError:
            return self._target.prefix

    def _ask(self) -> dict[str, Any]:
        path = self._target.python
        if not path:
            raise UnreadableError("absent", f"{self._target.prefix} has no interpreter")
        if self._started is None:
            reason = (
                f"the interpreter {path} is a link to nothing" if os.path.islink(path) else f"no interpreter at {path}"
            )
            raise UnreadableError("failed", reason)
        row = wait_for(self._started) if isinstance(self._started, Running) else self._started
        if row["status"] != "ok":
            raise UnreadableError(row["status"], f"the interpreter {path} does not work: {row['reason']}")
        return _checked(path, row["text"])


def _checked(path: str, text: str) -> dict[str, Any]:
    _, found, answer = text.rpartition(MARK)
    try:
        told = ast.literal_eval(answer.strip()) if found else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        told = None
    if not isinstance(told, dict) or not told:
        raise UnreadableError("failed", f"{path} is not a Python interpreter")
    if tuple(int(part) for part in told["version"].split(".")[:2]) < OLDEST:
        raise UnreadableError("failed", f"{path} is Python {told['version']}; Python 3.8 or later is needed")
    return told
