"""A dozen figures about a patch: where its ink is, how much, and how evenly it lies.

A patch is 12.6 mm by 12.6 mm around a box, in 36 by 36 points: 0 where the paper is white, 1 where it is as black as
the print. The printed outline is told apart by where it must be, so each figure has one mask for circles and one for
squares.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.sheet import BOX_MM, OUTLINE_MM

Floats = NDArray[np.float32]
SIDE = 36
POINT_MM = 0.35
DARK = 0.25  # of print black: a point this dark has ink on it
SLACK_MM = 0.35  # so far an outline may be off its place
SOME = 0.08  # of a cell is dark: there is ink in it
DARKEST = 8  # that many points of the middle are as dark as this or darker
CELLS = 3  # the inside is looked at in so many by so many cells
NAMES = (
    "ink inside",
    "ink in the middle",
    "ink on the outline",
    "ink around",
    "dark inside",
    "dark in the middle",
    "dark around",
    "least dark cell",
    "most dark cell",
    "cells with ink",
    "spread",
    "darkest",
    "circle",
)


def _masks(circle: bool) -> Floats:
    """(points, masks), each summing to 1: inside, middle, outline, around, then the cells."""
    at = (np.arange(SIDE) + 0.5 - SIDE / 2) * POINT_MM
    x, y = np.meshgrid(at, at)
    far = np.hypot(x, y) if circle else np.maximum(np.abs(x), np.abs(y))
    edge = BOX_MM / 2
    inside = far < edge - OUTLINE_MM - SLACK_MM
    masks = [inside, far < edge * 0.45, np.abs(far - edge + OUTLINE_MM / 2) < OUTLINE_MM / 2, far > edge + SLACK_MM]
    width = 2 * (edge - OUTLINE_MM - SLACK_MM) / CELLS
    column, row = np.floor(x / width + CELLS / 2), np.floor(y / width + CELLS / 2)
    masks += [inside & (column == place % CELLS) & (row == place // CELLS) for place in range(CELLS**2)]
    flat = np.stack(masks, axis=-1).reshape(SIDE * SIDE, -1).astype(np.float32)
    return np.asarray(flat / flat.sum(axis=0), np.float32)


MASKS = np.concatenate((_masks(False), _masks(True)), axis=1)
EACH = MASKS.shape[1] // 2
INSIDE = (MASKS[:, 0] > 0, MASKS[:, EACH] > 0)
_FRAMES = [(MASKS[:, place + 2] > 0).reshape(SIDE, SIDE).astype(np.uint8) for place in (0, EACH)]
OUTLINE = tuple(cv2.dilate(frame, np.ones((3, 3), np.uint8)) > 0 for frame in _FRAMES)  # and where it may lie instead
_AT = ((np.arange(SIDE) + 0.5 - SIDE / 2) * POINT_MM).astype(np.float32)
_SQUARED = np.add.outer(_AT**2, _AT**2).reshape(-1, 1).astype(np.float32)
SPREAD = np.concatenate((MASKS[:, :1] * _SQUARED, MASKS[:, EACH : EACH + 1] * _SQUARED), axis=1)


def statistics(patches: Floats, circles: NDArray[np.bool_]) -> Floats:
    """(n, figures) in the order of NAMES, of patches (n, 36, 36)."""
    count = len(patches)
    flat = patches.reshape(count, SIDE * SIDE)
    dark = (flat > DARK).astype(np.float32)
    which = circles.astype(np.intp)
    one = np.arange(count)
    ink = (flat @ MASKS).reshape(count, 2, EACH)[one, which]
    shares = (dark @ MASKS).reshape(count, 2, EACH)[one, which]
    cells = shares[:, 4:]
    spread = (dark @ SPREAD)[one, which] / np.maximum(shares[:, 0], 0.02)
    middle = patches[:, 11:25, 11:25].reshape(count, 14 * 14)
    figures = np.empty((count, len(NAMES)), np.float32)
    figures[:, :4] = ink[:, :4]
    figures[:, 4:6] = shares[:, :2]
    figures[:, 6] = shares[:, 3]
    figures[:, 7] = cells.min(axis=1)
    figures[:, 8] = cells.max(axis=1)
    figures[:, 9] = (cells > SOME).mean(axis=1)
    figures[:, 10] = np.sqrt(spread)
    figures[:, 11] = np.partition(middle, -DARKEST, axis=1)[:, -DARKEST]
    figures[:, 12] = circles
    return figures
