"""A small, literal reading of the kernel's filter machine, to ask a program what it does with any call."""

from __future__ import annotations

import struct


def verdict(program: bytes, architecture: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What the program returns for one call (`struct seccomp_data`, little endian)."""
    values = [value & (2**64 - 1) for value in (*arguments, *[0] * 6)[:6]]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, architecture, 0, *values)
    steps = list(struct.iter_unpack("=HBBI", program))
    accumulator, position = 0, 0
    while True:
        code, true, false, constant = steps[position]
        position += 1
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, constant)[0]
        elif code == 0x06:
            return constant
        else:
            test = {
                0x15: accumulator == constant,
                0x25: accumulator > constant,
                0x35: accumulator >= constant,
                0x45: bool(accumulator & constant),
            }[code]
            position += true if test else false
