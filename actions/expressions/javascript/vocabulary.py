"""The names that scripts may use without declaring them: helpers and standard globals of the locked realm."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HELPERS: Final = _words(
    """
    btoa atob FromJson ToJson HexEncode HexDecode Base64Encode Base64Decode URLEncode URLDecode SHA256Hash SHA512Hash
    MD5Hash HMACSHA256 HMACSHA512 uuid ToString
    """
)

# Helpers of the original that are no pure functions, or that would have a script handle keys.
ABSENT_HELPERS: Final = _words(
    "AESGCMEncrypt AESGCMDecrypt RSAGenerateKey RSAEncrypt RSADecrypt ECDSASign ECDSAVerify Encrypt Decrypt"
)

# Names that programs for browsers and Node use, and what to write here.
ELSEWHERE: Final = {
    "console": "Scripts have no console: use 'LogToConsole' on the outcome.",
    "crypto": "Use uuid() or SHA256Hash(text).",
    "fetch": "Scripts have no network.",
    "process": "Use 'env' for the names that the settings allow.",
    "require": "Scripts have no modules.",
    "setTimeout": "Scripts are synchronous.",
    "window": "Scripts run on the server.",
}

# Words that a strict function cannot take as parameters, though an input may be called so.
RESERVED: Final = {
    word: (f"'{word}' is a reserved word in scripts.", f"Write attributes.{word} for the input.")
    for word in _words("implements interface let package private protected public static yield await")
} | {"arguments": ("There are no 'arguments' here.", "Write 'attributes' for all inputs.")}

CONSTANTS: Final = frozenset({"Infinity", "NaN", "undefined", "globalThis"})

STANDARD_GLOBALS: Final = CONSTANTS | _words(
    """
    AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean DataView Date
    DisposableStack Error EvalError Float16Array Float32Array Float64Array Function Int16Array Int32Array Int8Array
    Intl Iterator JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String
    SuppressedError Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array
    Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval isFinite
    isNaN parseFloat parseInt unescape
    """
)


def hint_for(name: str) -> str:
    """Return what to do about a name that scripts do not have, or an empty text when nothing is known of it."""
    if name in ABSENT_HELPERS:
        return f"'{name}' is not available: scripts handle no keys."
    return ELSEWHERE.get(name, "")
