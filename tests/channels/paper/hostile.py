"""Files that mean no good, or that something happened to."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.7\n", {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    start = len(out)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(places) + 1, table, len(places) + 1, start)
    )


def pdf_of_pages(count: int, page: bytes = b"/MediaBox[0 0 36 36]", more: Mapping[int, bytes] | None = None) -> bytes:
    """So many equal pages. `more`: objects from 3 on, before the pages."""
    others = dict(more or {})
    first = 3 + len(others)
    kids = b" ".join(b"%d 0 R" % (first + number) for number in range(count))
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
            **others,
            **{first + number: b"<</Type/Page/Parent 2 0 R%s>>" % page for number in range(count)},
        }
    )


def pdf_with_image(width: int, height: int) -> bytes:
    """A page that is one picture, said to be as large, with hardly any content."""
    packed = zlib.compress(bytes(10_000))
    image = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8" % (
        width,
        height,
    )
    drawing = b"36 0 0 36 0 0 cm /I Do"
    return pdf_of_pages(
        1,
        b"/MediaBox[0 0 36 36]/Resources<</XObject<</I 3 0 R>>>>/Contents 4 0 R",
        {
            3: image + b"/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed),
            4: b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawing), drawing),
        },
    )


def pdf_that_acts() -> bytes:
    """With a script that runs when it is opened, and links over all of its page."""
    script = b"<</S/JavaScript/JS(app.alert('here'); this.submitForm('http://127.0.0.1:9/');)>>"
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 595 842]/A<</S/URI/URI(http://127.0.0.1:9/)>>>>"
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R/OpenAction %s/AA<</WC %s>>>>" % (script, script),
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[%s]/AA<</O %s>>>>" % (link, script),
        }
    )


def encrypted() -> bytes:
    out = BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(100, 100, "nobody reads this")
    canvas.save()
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    """Said to be as large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def tiff(width: int, height: int) -> bytes:
    """Said to be as large: the two lines of its directory that say so are written over."""
    out = BytesIO()
    Image.new("L", (40, 30), 255).save(out, "TIFF")
    content = out.getvalue()
    for tag, is_px, said_px in ((256, 40, width), (257, 30, height)):
        is_said = next(line for form in "HI" if (line := _line(tag, form, is_px)) in content)  # in 16 bits or in 32
        content = content.replace(is_said, _line(tag, "I", said_px))
    return content


def _line(tag: int, form: str, value: int) -> bytes:
    return struct.pack("<HHI", tag, 3 if form == "H" else 4, 1) + struct.pack(f"<{form}", value).ljust(4, b"\0")


def tiff_of_pages(count: int) -> bytes:
    out = BytesIO()
    page = Image.new("1", (16, 16), 1)
    page.save(out, "TIFF", save_all=True, append_images=[page] * (count - 1))
    return out.getvalue()
