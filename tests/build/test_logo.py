import struct
import zlib

import numpy as np

from organizer.build.logo import LOGO, SIZE, draw, to_png, write_logo


def pixels(png):
    """A PNG as `to_png` writes it, read back by the book: chunks, checksums, the line filter 1."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, chunks = 8, {}
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", png, place + 8 + length)[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        place += length + 12
    width, height, depth, colour = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    assert (depth, colour) == (8, 2)
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 3 * width)
    assert (lines[:, 0] == 1).all()
    return np.cumsum(lines[:, 1:].reshape(height, width, 3), axis=1, dtype=np.uint8)


def test_the_logo_in_the_bundle_is_the_one_that_the_program_draws():
    committed = pixels(LOGO.read_bytes())
    assert committed.shape == (SIZE, SIZE, 3)
    # Sines may differ in the last bit between machines, which can move the edge of a shape by one sample.
    assert (np.abs(committed.astype(int) - draw().astype(int)) > 30).sum() < 20


def test_it_is_a_picture_and_small():
    assert LOGO.stat().st_size < 60_000
    assert len(np.unique(pixels(LOGO.read_bytes()).reshape(-1, 3), axis=0)) > 50


def test_any_pixels_come_back(tmp_path):
    image = np.random.default_rng(5).integers(0, 256, (7, 9, 3), np.uint8)
    assert (pixels(to_png(image)) == image).all()
    write_logo(tmp_path / "logo.png")
    assert (pixels((tmp_path / "logo.png").read_bytes()) == draw()).all()
