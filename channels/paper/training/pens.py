"""Ink: strokes of a pen, in millimetres, drawn onto a page of grey pixels.

A stroke has a width and a pressure at every point, as a hand gives it. It is drawn four times as fine as the page and
scaled down, so that its edges are as soft as a scanner sees them. Ink lies over what is printed: it darkens, never
brightens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]  # a page: 0 black to 255 white
Points = NDArray[np.float32]  # (n, 2), millimetres
FINER = 4
GRAIN = 64  # side of the paper's texture, in pixels


@dataclass(frozen=True, slots=True)
class Pen:
    """`darkness`: how much of the light its ink takes, as a scanner sees it without colour; `grain`: how much of the
    paper's texture shows, as under a pencil."""

    name: str
    width_mm: tuple[float, float]
    darkness: tuple[float, float]
    grain: float = 0.0


HIGHLIGHTER = Pen("highlighter", (2.0, 4.5), (0.08, 0.3))
PENS = (
    Pen("ball pen, blue", (0.25, 0.55), (0.45, 0.75), 0.1),
    Pen("ball pen, black", (0.25, 0.55), (0.65, 0.9), 0.1),
    Pen("gel pen", (0.3, 0.7), (0.7, 0.97)),
    Pen("felt pen", (0.8, 2.0), (0.6, 0.97)),
    Pen("fine liner", (0.2, 0.45), (0.6, 0.95)),
    Pen("pencil", (0.3, 0.8), (0.3, 0.7), 0.4),
    Pen("pencil, faint", (0.3, 0.7), (0.14, 0.32), 0.5),
    Pen("ball pen, red", (0.25, 0.6), (0.3, 0.6), 0.1),
    HIGHLIGHTER,
)


@dataclass(frozen=True, slots=True)
class Stroke:
    """`pressure` 0 to 1 at every point, `width_mm` too."""

    points: Points
    width_mm: NDArray[np.float32]
    pressure: NDArray[np.float32]


def draw(page: Grey, strokes: Sequence[Stroke], pen: Pen, darkness: float, px_per_mm: float, seed: int) -> None:
    """Onto the page, in place; what lies beyond its edge is lost."""
    rng = np.random.default_rng(seed)
    for stroke in strokes:
        _draw(page, stroke, darkness, pen.grain, px_per_mm, rng)


def _draw(
    page: Grey, stroke: Stroke, darkness: float, grain: float, px_per_mm: float, rng: np.random.Generator
) -> None:
    points = stroke.points * px_per_mm
    reach = float(stroke.width_mm.max()) * px_per_mm / 2 + 2
    left, top = np.maximum(np.floor(points.min(axis=0) - reach), 0).astype(int)
    right, bottom = np.minimum(np.ceil(points.max(axis=0) + reach), (page.shape[1], page.shape[0])).astype(int)
    if right <= left or bottom <= top:
        return
    fine = np.zeros(((bottom - top) * FINER, (right - left) * FINER), np.uint8)
    places = np.round((points - (left, top)) * FINER).astype(int).tolist()
    widths = np.maximum(1, np.round(stroke.width_mm * px_per_mm * FINER)).astype(int).tolist()
    values = np.round(np.clip(stroke.pressure, 0, 1) * 255).tolist()
    for here, there, width, value in zip(places, places[1:], widths, values, strict=False):
        cv2.line(fine, here, there, value, width)
    ink = cv2.resize(fine, (right - left, bottom - top), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    if grain:
        texture = rng.random((GRAIN, GRAIN), np.float32)
        rows, columns = np.arange(top, bottom) % GRAIN, np.arange(left, right) % GRAIN
        ink *= 1 - grain * texture[np.ix_(rows, columns)]
    patch = page[top:bottom, left:right]
    np.copyto(patch, np.round(patch * (1 - darkness * ink)), casting="unsafe")
