"""Verifies Ed25519 signatures (RFC 8032) with nothing but Python, so that a log can be checked wherever kb runs. Pure.

Signing needs an extra, whose library guards the secret key against being timed; verifying handles nothing secret.
"""

import hashlib
from typing import Final

PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_P: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z."""

_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature is that of a message by a key.

    Points and numbers that are not in their one spelling are refused, and so are keys of small order, under which one
    signature could be good for many messages.
    """
    if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key = _decode(public_key)
    number = int.from_bytes(signature[32:], "little")
    if key is None or number >= _ORDER or _is_neutral(_multiply_sum(8, key, 0, key)):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _ORDER
    # S·B = R + k·A, asked as: is S·B - k·A spelled R?
    return _encode(_multiply_sum(number, _BASE, challenge, _negate(key))) == signature[:32]


def _decode(data: bytes) -> _Point | None:
    sign, y = data[31] >> 7, int.from_bytes(data, "little") & (2**255 - 1)
    x = _recover_x(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _recover_x(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _encode(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _is_neutral(point: _Point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0


def _negate(point: _Point) -> _Point:
    return -point[0] % _P, point[1], point[2], -point[3] % _P


def _add(left: _Point, right: _Point) -> _Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(point: _Point) -> _Point:
    a, b = point[0] * point[0] % _P, point[1] * point[1] % _P
    h = a + b
    e = h - (point[0] + point[1]) ** 2 % _P
    g = a - b
    f = 2 * point[2] * point[2] + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiply_sum(first: int, point: _Point, second: int, other: _Point) -> _Point:
    # first·point + second·other, bit by bit of both at once.
    choices = (_NEUTRAL, point, other, _add(point, other))
    found = _NEUTRAL
    for place in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        found = _double(found)
        choice = (first >> place & 1) | (second >> place & 1) << 1
        if choice:
            found = _add(found, choices[choice])
    return found


def _base() -> _Point:
    y = 4 * pow(5, -1, _P) % _P
    x = _recover_x(y, 0)
    if x is None:  # pragma: no cover - a fact of the curve
        raise ArithmeticError
    return x, y, 1, x * y % _P


_BASE: Final = _base()
