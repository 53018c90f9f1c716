"""Reads the install command that a person says they used. Nothing is run, and nothing is guessed."""

import re
import shlex
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from envkb.errors import UsageError
from envkb.experiment.install_commands import GRAMMARS, MANAGERS, VARIABLES, Grammar, Meaning
from envkb.model.install import FlagSet, Install, Request
from envkb.model.value import Origin

_ASSIGNMENT: Final = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_PROMPT: Final = re.compile(r"(\([^)]*\)\s*)?[$!%]\s*")
_PYTHON: Final = re.compile(r"(python|pypy|py)[\d.]*(\.exe)?")
_WRAPPERS: Final = frozenset({"sudo", "time", "env", "command", "exec", "nice"})


class _UnreadableError(Exception):
    """An option that is not known stands before a word: nobody can tell whether it takes the word."""


@dataclass(slots=True)
class _Words:
    """What the arguments of one command say, by meaning."""

    said: list[tuple[Meaning, str]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def all(self, *meanings: Meaning) -> list[str]:
        """Return what was said with one of these meanings, in order."""
        return [word for meaning, word in self.said if meaning in meanings]


def stated_install(command: str) -> Install:
    """Read a stated install command.

    Args:
        command: As typed, also several joined by `&&`, `;` or line ends, a prompt before it or not.

    Returns:
        What it says. The manager is null where no command installs anything, or where two managers do; the request
        is null where an option is not known well enough to tell its value from a requirement. The command is kept
        in every case.

    Raises:
        UsageError: The command is empty.
    """
    lines = tuple(line.strip() for line in command.replace("\\\n", " ").splitlines() if line.strip())
    if not lines:
        raise UsageError("the install command is empty", hint="for example --install 'uv pip install torch'")
    readings = [reading for line in lines for words in _simple_commands(line) if (reading := _read(words))]
    managers = {manager for manager, _ in readings}
    manager = managers.pop() if len(managers) == 1 else None
    parts = [words for _, words in readings]
    return Install(
        origin=Origin.STATED,
        manager=manager,
        manager_version=None,
        commands=lines,
        request=_request(manager, [part for part in parts if part]) if manager and all(parts) else None,
        cache=None,
        cache_seen=None,
        bytecode=_bytecode([flag for part in parts if part for flag in part.flags]),
        outcome=None,
        failed_phase=None,
        exit_status=None,
        signal=None,
        error=None,
        last_words=None,
        log_sha256=None,
    )


def _simple_commands(line: str) -> Iterator[list[str]]:
    """Split one line into its commands, each a list of words; none where the quotes do not close."""
    prompt = _PROMPT.match(line)
    lexer = shlex.shlex(line[prompt.end() :] if prompt else line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""  # a `#` stands in addresses of repositories
    try:
        words = list(lexer)
    except ValueError:
        return
    current: list[str] = []
    for word in words:
        if word and not word.strip(";&|"):
            yield current
            current = []
        else:
            current.append(word)
    yield current


def _read(words: list[str]) -> tuple[str, _Words | None] | None:
    """Read one command: its manager and what it says; None where it installs nothing."""
    arguments, words = _leading_variables(words)
    if not words:
        return None
    program = words[0].replace("\\", "/").rpartition("/")[2]
    rest = words[1:]
    if _PYTHON.fullmatch(program) and "-m" in rest[:-1]:
        module = rest.index("-m") + 1
        program, rest = rest[module], rest[module + 1 :]
    manager = re.sub(r"[\d.]*(\.exe)?$", "", program)
    if manager not in MANAGERS:
        return None
    verb = next((word for word in rest if not word.startswith("-")), "")
    grammar = GRAMMARS.get(f"{manager} {verb}") or GRAMMARS[manager]
    try:
        said, bare = _options(grammar, arguments + rest)
    except _UnreadableError:
        return (manager, None) if _installs(grammar, rest) else None
    for words_of_verb, takes in grammar.verbs.items():
        if tuple(bare[: len(words_of_verb)]) == words_of_verb:
            said.said += [(takes, word) for word in bare[len(words_of_verb) :]]
            return manager, said
    return None


def _installs(grammar: Grammar, arguments: Sequence[str]) -> bool:
    bare = [word for word in arguments if not word.startswith("-")]
    return any(tuple(bare[: len(verb)]) == verb for verb in grammar.verbs)


def _leading_variables(words: list[str]) -> tuple[list[str], list[str]]:
    """Take off `NAME=value` and `sudo` before a command; what some variables say is said as an option."""
    options: list[str] = []
    for place, word in enumerate(words):
        assignment = _ASSIGNMENT.fullmatch(word)
        if assignment and assignment[1] in VARIABLES:
            options += [f"{VARIABLES[assignment[1]]}={value}" for value in assignment[2].split()]
        elif not assignment and word not in _WRAPPERS and not (place and word.startswith("-")):
            return options, words[place:]
    return options, []


def _options(grammar: Grammar, arguments: Sequence[str]) -> tuple[_Words, list[str]]:
    """Tell options, their values and bare words apart."""
    words = _Words()
    bare: list[str] = []
    rest = deque(_spread(grammar, arguments))
    while rest:
        argument = rest.popleft()
        name, equals, value = argument.partition("=")
        if argument == "--":
            bare += rest
            break
        if not argument.startswith("-") or argument == "-":
            bare.append(argument)
        elif name in grammar.values:
            given = [argument] if equals else [name, rest.popleft() if rest else ""]
            words.said.append((grammar.values[name], value if equals else given[1]))
            words.flags += given if grammar.values[name] == "flag" else []
        else:
            words.flags.append(argument)
            if argument not in grammar.switches and not equals and rest and not rest[0].startswith("-"):
                raise _UnreadableError
    return words, bare


def _spread(grammar: Grammar, arguments: Sequence[str]) -> Iterator[str]:
    """Take short options apart that are written together: `-qU` is `-q -U`, `-cpytorch` is `-c pytorch`."""
    for argument in arguments:
        if argument.startswith("-") and not argument.startswith("--") and len(argument) > len("-x"):
            if argument[:2] in grammar.values:
                yield from (argument[:2], argument[2:].removeprefix("="))
                continue
            letters = [f"-{letter}" for letter in argument[1:]]
            if all(letter in grammar.switches for letter in letters):
                yield from letters
                continue
        yield argument


def _request(manager: str, parts: Sequence[_Words]) -> Request:
    every = _Words([said for part in parts for said in part.said], [flag for part in parts for flag in part.flags])
    requirements: list[str] = []
    pythons = every.all("python")
    for meaning, word in every.said:
        if meaning == "requirement":
            asked = re.fullmatch(r"python\s*={1,2}\s*([\w.*]+)", word)
            if asked:
                pythons.append(asked[1])
            else:
                requirements.append(word)
        elif meaning in ("file", "editable"):
            requirements.append(f"{'-r' if meaning == 'file' else '-e'} {word}")
    return Request(
        name=None,
        requirements=tuple(requirements),
        constraints=tuple(every.all("constraint")),
        python=_last(pythons),
        indexes=tuple(every.all("index")),
        channels=tuple(every.all("channel")),
        torch_backend=_last(every.all("backend")),
        platform=_last(every.all("platform")),
        flags=(FlagSet(manager=manager, flags=tuple(every.flags)),) if every.flags else (),
    )


def _last(words: Sequence[str]) -> str | None:
    return words[-1] if words else None


def _bytecode(flags: Sequence[str]) -> Literal["compiled", "none"] | None:
    if any(flag in flags for flag in ("--compile-bytecode", "--compile")):
        return "compiled"
    return "none" if any(flag in flags for flag in ("--no-compile", "--no-compile-bytecode")) else None
