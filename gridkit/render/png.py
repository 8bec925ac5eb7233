"""PNG as its standard (ISO/IEC 15948) has it: bytes to a pixel in grey, or few colours out of a palette."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOURED = 0, 3


def png(pixels: NDArray[np.uint8], palette: Sequence[str] = ()) -> bytes:
    """Return a picture as a file's bytes.

    Parameters
    ----------
    pixels
        Rows from the top: greys from 0 to 255, or places in the palette.
    palette
        Up to 16 colours, which four bits can count, as ``#rrggbb``; none for a grey picture.
    """
    high, wide = pixels.shape
    deep, kind, rows = 8, GREY, pixels
    if palette:
        deep, kind = 4, COLOURED
        even = np.pad(pixels, ((0, 0), (0, wide % 2)))
        rows = np.bitwise_or(np.left_shift(even[:, ::2], 4, dtype=np.uint8), even[:, 1::2])
    squeezer = zlib.compressobj(8, zlib.DEFLATED, 15, 9)
    body = np.pad(rows, ((0, 0), (1, 0))).tobytes()  # each row begins by its filter: 0, none
    inks = b"".join(bytes.fromhex(colour.removeprefix("#")) for colour in palette)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, deep, kind, 0, 0, 0)),
        *([(b"PLTE", inks)] if inks else []),
        (b"IDAT", squeezer.compress(body) + squeezer.flush()),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
