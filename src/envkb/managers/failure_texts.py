"""What managers write when they fail, and which kind of failure each text tells of."""

import re
from collections.abc import Callable
from typing import Final

from envkb.managers.error_kind import ErrorKind
from envkb.managers.job import release


def _says(*patterns: str) -> Callable[[str], bool]:
    pattern = re.compile("|".join(patterns), re.IGNORECASE)
    return lambda words: pattern.search(words) is not None


def _needs_another_python(words: str) -> bool:
    """Tell whether the very version that pip was asked for is among those that it ignored for their Python.

    pip lists those versions whatever the failure is, so the list alone says nothing.
    """
    wanted = re.search(r"satisfies the requirement [\w.\[\]-]+==([^\s;,]+)", words)
    return wanted is not None and f" {wanted.group(1)} Requires-Python" in words


# conda's classic solver lists what the machine offers, and who needs how much of it, whatever the failure is.
_OFFERED = re.compile(r"feature:\S*::(__\w+)==([\w.]+)")
_NEEDED = re.compile(r"(__\w+)\[version='([^']+)'\]")


def _lacks(name: str) -> Callable[[str], bool]:
    """Tell whether the machine offers less of a virtual package than the classic solver of conda was asked for."""

    def tells(words: str) -> bool:
        offered = dict(_OFFERED.findall(words)).get(name, "0")
        needed = [re.findall(r">=?([\d.]+)", wish) for package, wish in _NEEDED.findall(words) if package == name]
        least = [min(map(release, bounds)) for bounds in needed if bounds]
        return "incompatible with your system" in words and any(release(offered) < bound for bound in least)

    return tells


# mamba draws a tree of what it cannot solve, also where it is only that no channel has what was asked for.
_BRANCHES = re.compile(r"^[\s│]*[├└]─ (.*)$", re.MULTILINE)


def _nothing_there(words: str) -> bool:
    """Tell whether all that mamba complains of does not exist."""
    branches = _BRANCHES.findall(words)
    return bool(branches) and all("does not exist" in branch for branch in branches)


def _no_such_python(words: str) -> bool:
    branches = _BRANCHES.findall(words)
    return _nothing_there(words) and len(branches) == 1 and branches[0].startswith("python ")


# A try that was followed by another says nothing of the end.
_RETRIED = re.compile(r"^.*Retry\(total=[1-9].*$", re.MULTILINE)

_UNMET = r"[^\n]*(?:no candidates|nothing provides|does not exist|missing|is not available|needed by|Your installed)"

_RULES: Final[tuple[tuple[ErrorKind, Callable[[str], bool]], ...]] = (
    # The order is from texts that mean one thing to texts that stand beside many.
    (ErrorKind.TERMS_NOT_ACCEPTED, _says(r"CondaToS\w*Error", r"Terms of Service have not been accepted")),
    (
        ErrorKind.DISK_FULL,
        _says(
            r"No space left on device", r"Disk quota exceeded", r"os error (?:28|122)\b", r"NoSpaceLeftError", r"ENOSPC"
        ),
    ),
    (
        ErrorKind.OUT_OF_MEMORY,
        _says(
            r"\bMemoryError\b",
            r"Cannot allocate memory",
            r"ran out of memory",
            r"os error 12\b",
            r"std::bad_alloc",
            r"memory allocation of \d+",
        ),
    ),
    (
        ErrorKind.HASH_MISMATCH,
        _says(
            r"hash mismatch",
            r"DO NOT MATCH THE HASHES",
            r"ChecksumMismatchError",
            r"mismatched hash",
            r"sha256 mismatch",
            r"sum doesn't match expectation",
        ),
    ),
    (
        ErrorKind.USAGE,
        _says(
            r"unexpected argument",
            r"no such option",
            r"unrecognized arguments",
            r"unknown option",
            r"arguments? (?:was|were) not expected",
        ),
    ),
    (ErrorKind.LOCKFILE_STALE, _says(r"lock[- ]?file (?:is )?(?:not up-to-date|out of date|needs to be updated)")),
    (
        ErrorKind.PERMISSION,
        _says(
            r"Permission denied",
            r"Operation not permitted",
            r"Read-only file system",
            r"os error (?:1|13|30)\b",
            r"NotWritableError",
            r"NoWritablePkgsDir",
            r"externally[- ]managed",
        ),
    ),
    (ErrorKind.RESOLVER_CONFLICT, _says(r"ResolutionImpossible", r"have conflicting dependencies")),
    (
        ErrorKind.DAMAGED_ARCHIVE,
        _says(
            r"end of central directory",
            r"Failed to read from zip",
            r"Failed to extract archive",
            r"BadZipFile",
            r"located at \S+ is invalid",
            r"invalid checksum|checksum mismatch|size doesn't match expectation",
            r"InvalidArchiveError",
            r"CondaVerificationError|SafetyError|PaddingError",
            r"unexpected end of file",
            r"invalid (?:gzip|zip|zstd)",
            r"Unknown frame descriptor",
        ),
    ),
    (
        ErrorKind.NO_NETWORK,
        _says(
            r"Max retries exceeded",
            r"Retry\(total=0",
            r"Failed to establish a new connection",
            r"connection (?:refused|reset|timed out|interrupted|failed|broken)",
            r"Name or service not known",
            r"Temporary failure in name resolution",
            r"failed to lookup address",
            r"error sending request",
            r"network was disabled",
            r"error decoding response body",
            r"Failed to fetch",
            r"download failed",
            r"Transfer finalized",
            r"incomplete-download",
            r"IncompleteRead",
            r"Could not (?:connect|resolve host)",
            r"Download error",
            r"ReadTimeout",
            r"operation timed out",
            r"HTTP status (?:client|server) error",
            r"returned a 40[13]",
            r"\b[45]\d\d (?:Client|Server) Error",
            r"HTTP error [45]\d\d",
            r"40[13] (?:Unauthorized|Forbidden)",
            r"invalid peer certificate",
            r"(?:Proxy|SSL)Error",
            r"CondaHTTPError",
            r"UnavailableInvalidChannel",
            r"could not find subdir",
            r"CERTIFICATE_VERIFY_FAILED",
        ),
    ),
    (
        ErrorKind.GLIBC_TOO_OLD,
        _says(r"__glibc" + _UNMET, r"GLIBC_\d[\d.]* not found"),
    ),
    (ErrorKind.GLIBC_TOO_OLD, _lacks("__glibc")),
    # uv names the tag that fits the machine and the tags that exist: two manylinux of one processor differ by glibc.
    (
        ErrorKind.GLIBC_TOO_OLD,
        _says(
            r"platform tag \(e\.g\., `manylinux_\d+_\d+_(\w+)`\)"
            r"(?:.|\n)*Wheels are available(?:.|\n)*`manylinux_\d+_\d+_\1`",
            r"You're on Linux \(`manylinux_\d+_\d+_(\w+)`\)[^\n]*only has wheels[^\n]*`manylinux_\d+_\d+_\2`",
        ),
    ),
    (ErrorKind.NO_CUDA_DRIVER, _says(r"__cuda\b" + _UNMET)),
    (ErrorKind.NO_CUDA_DRIVER, _lacks("__cuda")),
    (
        ErrorKind.PYTHON_VERSION_UNSUPPORTED,
        _says(
            r"does not satisfy Python",
            r"requires Python ?[<>=~]",
            r"matching Python (?:ABI|implementation|version)? ?tag",
            r"No interpreter found for Python",
            r"only has wheels with the following Python",
            r"requires a different Python",
            r"No candidates were found for python (?!\*)",
            r"nothing provides(?: requested)? python[ =]",
            # Where others are missing, too, it is the channel that has nothing for this machine.
            r"not available from current channels:\s+- python[=\[ ][^\n]*(?:\n(?!\s*- )|\Z)",
        ),
    ),
    (ErrorKind.PYTHON_VERSION_UNSUPPORTED, _needs_another_python),
    (ErrorKind.PYTHON_VERSION_UNSUPPORTED, _no_such_python),
    (ErrorKind.NO_MATCHING_WHEEL, _nothing_there),
    (
        ErrorKind.WRONG_PLATFORM,
        _says(
            r"not a supported wheel on this platform",
            r"(?:compatible with|wheel for) the current platform",
            r"matching platform tag",
        ),
    ),
    (
        ErrorKind.BUILD_FAILED,
        _says(
            r"Failed (?:to build|building)",
            r"subprocess-exited-with-error",
            r"metadata-generation-failed",
            r"build backend",
        ),
    ),
    (
        ErrorKind.RESOLVER_CONFLICT,
        _says(r"depends on", r"UnsatisfiableError", r"incompatible", r"conflicts? with", r"would require\s"),
    ),
    (
        ErrorKind.NO_MATCHING_WHEEL,
        _says(
            r"No matching distribution",
            r"Could not find a version",
            r"there is no version of",
            r"no usable wheels",
            r"was not found in the (?:package registry|provided package locations)",
            r"not available from current channels",
            r"No candidates were found",
            r"no candidates were found",
            r"does not exist \(perhaps",
            r"nothing provides",
            r"Distribution not found",
        ),
    ),
    (ErrorKind.RESOLVER_CONFLICT, _says(r"No solution found", r"Cannot solve", r"Could not solve")),
)


def classify(words: str) -> ErrorKind:
    """Return the kind of failure that a text tells of, `OTHER` where it tells of none that is known."""
    final = _RETRIED.sub("", words)
    for kind, tells in _RULES:
        if tells(final):
            return kind
    return ErrorKind.OTHER
