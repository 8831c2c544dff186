"""The printed outlines found again: how far each box lies from where the tags say it is.

A scanner's feed stretches paper, a book curls it, and far from its anchors a page is placed roughly. So the outline of
every box is looked for around its place, one affine map is laid through those that were found, and what is left over is
smoothed among neighbours: one box, whose outline a pen may hide, never goes its own way. Only an outline that is as
clear as an empty box's does, for a feed may slip between two questions. Where the first map was rough, this is done
again from the better one, until no more outlines are found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from channels.paper.sheet import OUTLINE_MM, Box, Shape

Floats = NDArray[np.float64]
Patches = NDArray[np.float32]  # (n, PATCH_PX, PATCH_PX)

PATCH_PX = 36
PX_MM = 0.35  # of a patch
MARGIN_PX = 2  # of the template around its outline
FINE = 8  # the template is drawn so much larger
FOUND = 0.5  # correlation with the printed outline, at least; an empty box has 0.9, text around 0.3
CLEAR = 0.8  # no pen hides it, and within the reach of a patch there is no other
ROUNDS = 4
ENOUGH = 0.9  # of all outlines: no further round
LEAST = 4  # outlines that a map is laid through; fewer only move the page
ROUGHLY_MM = 1.0  # from where the page as it is, turned and scaled, would have an outline
AGREE_MM = 1.2  # from the map: an outline that is farther off is another thing
SLIPPED_MM = 0.4  # from where the neighbours say: a clear outline that is farther off lies where it is seen
SPREAD_MM = 100.0
STIFF = 0.01  # against stretch: as much as an outline at a tenth of the spread says for it
NEIGHBOURS_MM = 15.0  # the width of the bell by which neighbours count
DOUBT = 0.5  # neighbours that say "no offset", so that one alone is not believed altogether


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """`centres_mm` of the boxes as they lie; `share` of the outlines was found, `off_mm` away (root mean square)."""

    centres_mm: Floats
    share: float
    off_mm: float


def fit(boxes: Sequence[Box], cut: Callable[[Floats], Patches]) -> Fit:
    """`cut` takes patches of dark on light out of the page, around these points of it in millimetres."""
    meant = centres(boxes)
    at, share, found, agreed, clear = meant, 0.0, meant, np.zeros(len(boxes), bool), np.zeros(len(boxes), bool)
    for _ in range(ROUNDS):
        offsets, scores = _outlines(boxes, cut(at))
        mapped, these = _mapped(meant, at + offsets, scores >= FOUND)
        if these.mean() <= share:
            break
        at, share, found, agreed, clear = mapped, float(these.mean()), at + offsets, these, scores >= CLEAR
        if share >= ENOUGH:
            break
    smooth = at + _smoothed(meant, found - at, agreed)
    slipped = clear & (np.linalg.norm(found - smooth, axis=1) > SLIPPED_MM)
    smooth, agreed = np.where(slipped[:, None], found, smooth), agreed | slipped
    share = float(agreed.mean())
    left = np.linalg.norm(found - smooth, axis=1)[agreed]
    return Fit(smooth, share, float(np.sqrt((left**2).mean())) if share else 0.0)


def centres(boxes: Sequence[Box]) -> Floats:
    return np.array([(box.x_mm + box.side_mm / 2, box.y_mm + box.side_mm / 2) for box in boxes])


def _outlines(boxes: Sequence[Box], patches: Patches) -> tuple[Floats, Floats]:
    """How far each outline is from the middle of its patch, in millimetres, and how well it fits."""
    offsets, scores = np.zeros((len(boxes), 2)), np.zeros(len(boxes))
    kinds = [(box.shape, box.side_mm) for box in boxes]
    for kind in set(kinds):
        these = np.array([number for number, other in enumerate(kinds) if other == kind])
        offsets[these], scores[these] = _matched(patches[these], _template(*kind))
    return offsets * PX_MM, scores


@cache
def _template(shape: Shape, side_mm: float) -> NDArray[np.float32]:
    """What is printed, dark on light, as a patch would show it."""
    pixel_mm = PX_MM / FINE
    size = 2 * (round(side_mm / PX_MM / 2) + MARGIN_PX) * FINE
    picture = np.zeros((size, size), np.float32)
    middle, pen = size // 2, round(OUTLINE_MM / pixel_mm)
    reach = round((side_mm - OUTLINE_MM) / 2 / pixel_mm)
    if shape is Shape.CIRCLE:
        cv2.circle(picture, (middle, middle), reach, (1.0,), pen)
    else:
        cv2.rectangle(picture, (middle - reach, middle - reach), (middle + reach, middle + reach), (1.0,), pen)
    return np.asarray(cv2.resize(picture, (size // FINE, size // FINE), interpolation=cv2.INTER_AREA), np.float32)


def _matched(patches: Patches, template: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """The best place of the template in each patch, as pixels from the middle, and its correlation there."""
    reach = PATCH_PX - len(template) + 1
    stacked = cv2.matchTemplate(patches.reshape(-1, PATCH_PX), template, cv2.TM_CCOEFF_NORMED)
    rows = np.arange(len(patches))[:, None] * PATCH_PX + np.arange(reach)
    scores = np.nan_to_num(np.asarray(stacked, np.float64)[rows])  # flat paper has no correlation
    best = scores.reshape(len(patches), -1).argmax(axis=1)
    y, x = np.divmod(best, reach)
    every = np.arange(len(patches))
    x_fine = x + _peak(
        scores[every, y, np.maximum(x - 1, 0)], scores[every, y, np.minimum(x + 1, reach - 1)], scores[every, y, x]
    )
    y_fine = y + _peak(
        scores[every, np.maximum(y - 1, 0), x], scores[every, np.minimum(y + 1, reach - 1), x], scores[every, y, x]
    )
    return np.stack([x_fine, y_fine], axis=1) - (reach - 1) / 2, scores[every, y, x]


def _peak(before: Floats, after: Floats, at: Floats) -> Floats:
    """Where between two pixels the top of a parabola is."""
    bend = 2 * at - before - after
    return np.where(bend > 1e-6, (after - before) / np.maximum(2 * bend, 1e-6), 0.0)


def _mapped(meant: Floats, found: Floats, believed: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """All centres by one map through those believed, and which of these agree with it. Boxes often stand in one column,
    which says nothing of how wide the page is: what the outlines do not tell stays as it was."""
    if believed.sum() < LEAST:
        moved = np.median((found - meant)[believed], axis=0) if believed.any() else np.zeros(2)
        return meant + moved, believed
    turned, agreed = cv2.estimateAffinePartial2D(
        meant[believed], found[believed], ransacReprojThreshold=ROUGHLY_MM, method=cv2.RANSAC
    )
    if turned is None:
        return meant, np.zeros(len(meant), bool)
    these = np.flatnonzero(believed)[np.ravel(agreed).astype(bool)]
    terms = np.column_stack([np.ones(len(meant)), (meant - meant[these].mean(axis=0)) / SPREAD_MM])
    normal = terms[these].T @ terms[these] + np.diag([0.0, STIFF, STIFF])
    mapped = meant + terms @ np.linalg.solve(normal, terms[these].T @ (found - meant)[these])
    return mapped, believed & (np.linalg.norm(found - mapped, axis=1) < AGREE_MM)


def _smoothed(meant: Floats, left: Floats, agreed: NDArray[np.bool_]) -> Floats:
    """What the map leaves over, as a mean of the neighbours that agree with it."""
    weights = bells(meant, meant[agreed], NEIGHBOURS_MM)
    return np.asarray(weights @ left[agreed] / (weights.sum(axis=1, keepdims=True) + DOUBT), np.float64)


def bells(points_mm: Floats, others_mm: Floats, width_mm: float) -> Floats:
    """How much each of the others counts for each of the points."""
    away = ((points_mm[:, None] - others_mm[None]) ** 2).sum(axis=2)
    return np.asarray(np.exp(-away / (2 * width_mm**2)), np.float64)
