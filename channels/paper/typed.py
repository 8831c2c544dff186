"""The letters that people type into a form on a screen: those of print, carried by the file.

reportlab's fields know only the fonts that every viewer is said to have, and viewers put something like them in their
place. The font is carried whole, about 400 KB, because nobody knows what somebody will type; by WinAnsi, the one
encoding of the west that PDF names for such a font (ISO 32000-1, 9.6.6). What is typed is kept as Unicode, whatever
the encoding has.
"""

from __future__ import annotations

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFStreamFilterZCompress
from reportlab.pdfgen.canvas import Canvas

from channels.paper.letters import FOLDER, Face, font, line

ENCODING = "cp1252"  # WinAnsi's name elsewhere
FIRST, LAST = 32, 255
NONSYMBOLIC = 1 << 5  # a flag of a font: its letters are those of the encoding


def carry(canvas: Canvas) -> None:
    """All fields of this canvas are typed in with these letters. Before the first one is added."""
    form, descriptor = canvas.acroForm, PDFDictionary(_descriptor())
    file = (FOLDER / f"{Face.TEXT}.ttf").read_bytes()
    content = PDFStream(PDFDictionary({"Length1": len(file)}), file, filters=[PDFStreamFilterZCompress()])
    descriptor["FontFile2"] = form.getRef(content)
    reference = form.getRefStr(PDFDictionary({**_simple(), "FontDescriptor": form.getRef(descriptor)}))
    form.fonts[Face.TEXT] = reference
    form.makeFont = lambda _asked: (reference, Face.TEXT)  # reportlab's own refuses what is no standard font


def _simple() -> dict[str, object]:
    """A font of one byte a letter, which is what viewers can type with."""
    letters = bytes(range(FIRST, LAST + 1)).decode(ENCODING, errors="replace")
    widths = font(Face.TEXT).face
    return {
        "Type": PDFName("Font"),
        "Subtype": PDFName("TrueType"),
        "BaseFont": PDFName(Face.TEXT),
        "Encoding": PDFName("WinAnsiEncoding"),
        "FirstChar": FIRST,
        "LastChar": LAST,
        "Widths": PDFArray([round(widths.getCharWidth(ord(letter))) for letter in letters]),
    }


def _descriptor() -> dict[str, object]:
    face, (above, below) = font(Face.TEXT).face, line(Face.TEXT)
    return {
        "Type": PDFName("FontDescriptor"),
        "FontName": PDFName(Face.TEXT),
        "FontBBox": PDFArray(face.bbox),
        "Flags": NONSYMBOLIC,
        "Ascent": above,
        "Descent": -below,
        "CapHeight": face.capHeight,
        "ItalicAngle": face.italicAngle,
        "StemV": face.stemV,
    }
