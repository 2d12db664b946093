"""Sounds and images that are bombs or lies, sent as forms to models that read them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Awaitable, Callable, Sequence

from benchmarks.serving.bodies import form
from benchmarks.serving.client import asked, head
from benchmarks.serving.faults_bodies import KIND, _brief, _counted
from benchmarks.serving.process import Process
from benchmarks.serving.seeds import image, sound
from benchmarks.serving.small import items_of
from PIL import Image

Named = tuple[str, bytes]
HARMLESS = (2, 3, 4, 5)
"""Bombs that may be read: what is beyond the pixels of the header is not unpacked."""


async def png_bombs(server: Process) -> str:
    """50,000 × 50,000 pixels; sides of 2³¹; zeros without end behind a small header; 100 MB of text; 10,000 frames."""
    text = b"a\0\0" + zlib.compress(bytes(100_000_000), 9)
    small = _header(8, 8)
    bombs = [
        _png(_header(50_000, 50_000), (b"IDAT", zlib.compress(bytes(1 << 20)))),
        _png(_header(2**31 - 1, 2**31 - 1), (b"IDAT", b"")),
        _png(small, (b"IDAT", zlib.compress(bytes(200_000_000), 9))),
        _png(small, (b"zTXt", text), (b"IDAT", zlib.compress(bytes(72)))),
        _png(small, (b"iCCP", text), (b"IDAT", zlib.compress(bytes(72)))),
        _png(small, (b"acTL", struct.pack(">II", 10_000, 0)), (b"IDAT", zlib.compress(bytes(72)))),
    ]
    before, found = server.memory, []
    for number, bomb in enumerate(bombs):
        found += await _each(
            server, "of-image", [(f"{number}.png", bomb)], 422, *((200,) if number in HARMLESS else ())
        )
    return f"{_counted(found)}; {server.memory - before:+.0f} MB"


async def image_lies(server: Process) -> str:
    """A JPEG cut, one that says 65,500 × 65,500, a PNG of zeros, a zip and a GIF by another name, nothing at all."""
    picture = Image.fromarray(items_of("image")[0])
    jpeg = image(picture, "JPEG")
    frame = jpeg.index(b"\xff\xc0") + 5
    wide = jpeg[:frame] + struct.pack(">HH", 65_500, 65_500) + jpeg[frame + 4 :]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a", bytes(10_000_000))
    lies = [("a.jpg", jpeg[: len(jpeg) // 2]), ("b.jpeg", wide), ("c.png", bytes(1_000)), ("d.png", archive.getvalue())]
    return await _told(server, "of-image", [*lies, ("e.png", image(picture, "GIF")), ("f.jpg", b"")])


async def sound_lies(server: Process) -> str:
    """A wav of 4 GB by its header, of 1 Hz, of 4 GHz, of 65,535 channels; flac and ogg cut, of rubbish, 2³⁶ samples."""
    wav, flac, ogg = sound("WAV", "PCM_16"), sound("FLAC", "PCM_16"), sound("OGG", "VORBIS")
    data = wav.index(b"data") + 4
    samples = flac[:21] + bytes([flac[21] | 15]) + b"\xff\xff\xff\xff" + flac[26:]
    lies = [
        ("a.wav", wav[:4] + b"\xf0\xff\xff\x7e" + wav[8:data] + b"\xf0\xff\xff\x7e" + wav[data + 4 :]),
        ("b.wav", wav[:24] + struct.pack("<I", 1) + wav[28:]),
        ("c.wav", wav[:24] + struct.pack("<I", 4_000_000_000) + wav[28:]),
        ("d.wav", wav[:22] + b"\xff\xff" + wav[24:]),
        ("e.flac", flac[: len(flac) // 2]),
        ("f.flac", samples),
        ("g.flac", b"fLaC" + bytes(range(256)) * 8),
        ("h.ogg", ogg[: len(ogg) // 2]),
        ("i.ogg", b"OggS" + bytes(range(256)) * 8),
        ("j.wav", b""),
        ("k.wav", flac[:400]),
    ]
    return await _told(server, "of-sound", lies)


async def names(server: Process) -> str:
    """Names that lead elsewhere, of 5,000 letters, without a suffix, of another kind, with NUL."""
    wav = sound("WAV", "PCM_16")
    found = []
    for name, *statuses in (
        ("../../../tmp/a.wav", 200),
        ("/etc/passwd", 415),
        ("a" * 5_000 + ".wav", 200, 400),
        ("a.exe", 415),
        ("", 415, 422),
        ("a.wav\0.png", 400, 415),
    ):
        found += await _each(server, "of-sound", [(name, wav)], *statuses)
    return _counted(found)


async def texts(server: Process) -> str:
    """Files of texts: a line of 10⁶ letters, 100,000 lines, no UTF-8, NUL, nothing."""
    found = []
    for content, status in ((b"a" * 1_000_000, 422), (b"a\n" * 100_000, 413), (b"\xff\xfe", 400), (b"a\0b", 422)):
        found += await _each(server, "classify", [("a.txt", content)], status)
    return _counted(found)


async def _told(server: Process, model: str, files: Sequence[Named]) -> str:
    return _counted(await _each(server, model, files, 422, 413))


async def _each(server: Process, model: str, files: Sequence[Named], *statuses: int) -> list[str]:
    """Each file alone: its refusal, which tells nothing of where the server keeps files; or 200 where that is right."""
    found = []
    for name, content in files:
        body = form([(name, content)], model=model)
        reply = await asked(server.port, head("/predict", len(body), kind=KIND) + body)
        assert b"/tmp" not in reply.body, reply.body[:300]
        found.append("200" if reply.status == 200 and 200 in statuses else _brief(reply, *statuses))
    return found


def _header(width: int, height: int) -> Named:
    return "IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)


def _png(header: Named, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks, with right checksums."""
    every = [(header[0].encode(), header[1]), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in every
    )


FAULTS: dict[str, Callable[[Process], Awaitable[str]]] = {
    "PNG bombs": png_bombs,
    "images that lie": image_lies,
    "sounds that lie": sound_lies,
    "names of files": names,
    "files of texts": texts,
}
