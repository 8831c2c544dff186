"""What is in the boxes: a patch of each, as the judge of marks wants them.

All patches of a page are taken out at once, each along the page's own axes, with 0 for the paper around the box and 1
for the black that the page was printed with. Both are measured on the page: paper in every patch, because of shadows,
stains and coloured paper; black at the tags, because toner and copiers differ. So the same pen is the same mark on a
photo in the evening and on a fresh scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from channels.paper.fit import PATCH_PX, PX_MM, Fit, Floats, Patches, bells, fit
from channels.paper.locate import Place, Points, View
from channels.paper.picture import EVERY_ROW, Grey
from channels.paper.reading import Warning
from channels.paper.sheet import Box

STEP_MM = 0.01  # for the slope of a homography
COARSE = 1.6  # pixels of the picture to one of a patch, from which on four are averaged
PAPER_SHARE = 0.8  # of a patch is darker than what is taken for paper
SHADOW = 0.8  # of the paper around: what is darker is ink all over a patch, and no shadow
NEIGHBOURS_MM = 40.0  # the width of the bell by which the paper around counts
QUIET = 0.15  # of a sign's side: so much of the paper around it is looked at, too
SIGN_STEPS = 20
LEAST_BLACK = 0.05
LEAST_CONTRAST = 0.4  # of paper: printed black
DARKEST, LIGHTEST = 1.3, -0.2
BLACK, WHITE = 32, 224  # between them a dot is grey
FEW_TONES = 0.06  # of all dots that are not white: fewer greys than this are none
POOR_SHARE = 0.6  # of the outlines found again
POOR_MM = 0.35


def _around() -> Floats:
    """What each corner of a sign counts for each point of a grid over the sign and a little beyond."""
    steps = np.linspace(-QUIET, 1 + QUIET, SIGN_STEPS)
    along, down = (grid.ravel() for grid in np.meshgrid(steps, steps))
    return np.stack([(1 - down) * (1 - along), (1 - down) * along, down * along, down * (1 - along)], axis=1)


AROUND = _around()


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """`patches` in the order of the boxes; `fit` says where they are, `warnings` how far they can be trusted. `black`
    is the grey of print, as a share of that of paper."""

    patches: Patches
    fit: Fit
    black: float
    warnings: tuple[Warning, ...]


def sample(picture: View, where: Place, boxes: Sequence[Box], signs: Sequence[Points]) -> Sampled:
    """`signs`: the corners of at least one tag or code on the small picture."""
    small = picture.small
    black = float(np.median([_black(small, corners) for corners in signs]))
    warnings = []
    if 1 - black < LEAST_CONTRAST:
        warnings.append(Warning.LOW_CONTRAST)
    if _one_bit(picture.full):
        warnings.append(Warning.ONE_BIT)
    if not boxes:
        return Sampled(
            np.empty((0, PATCH_PX, PATCH_PX), np.float32), Fit(np.empty((0, 2)), 1.0, 0.0), black, tuple(warnings)
        )
    fitted = fit(boxes, lambda centres_mm: 255 - cut(small, where, centres_mm))
    if fitted.share < POOR_SHARE or fitted.off_mm > POOR_MM:
        warnings.append(Warning.POOR_FIT)
    patches = cut(small, where, fitted.centres_mm)
    return Sampled(_ink(patches, _paper(patches, fitted.centres_mm), black), fitted, black, tuple(warnings))


def cut(small: Grey, where: Place, centres_mm: Floats) -> Patches:
    """Grey patches around these points of the page."""
    middle = where.px(centres_mm)
    right = (where.px(centres_mm + np.array((STEP_MM, 0.0))) - middle) * (PX_MM / STEP_MM)
    down = (where.px(centres_mm + np.array((0.0, STEP_MM))) - middle) * (PX_MM / STEP_MM)
    fine = 2 if np.hypot(*right[0]) > COARSE else 1
    side = PATCH_PX * fine
    steps = ((np.arange(side) + 0.5) / fine - PATCH_PX / 2).astype(np.float32)
    x, y = (
        (
            middle[:, axis, None, None]
            + right[:, axis, None, None] * steps[None, None, :]
            + down[:, axis, None, None] * steps[None, :, None]
        ).astype(np.float32)
        for axis in (0, 1)
    )
    taken = cv2.remap(
        small, x.reshape(-1, side), y.reshape(-1, side), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if fine > 1:
        taken = cv2.resize(taken, (PATCH_PX, len(centres_mm) * PATCH_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(taken, np.float32).reshape(-1, PATCH_PX, PATCH_PX)


def _paper(patches: Patches, centres_mm: Floats) -> Floats:
    """How light the paper of each patch is; where a patch is inked all over, as light as that of its neighbours."""
    order = round(PAPER_SHARE * (PATCH_PX // 2) ** 2)
    own = np.partition(patches[:, ::2, ::2].reshape(len(patches), -1), order, axis=1)[:, order]
    around = bells(centres_mm, centres_mm, NEIGHBOURS_MM)
    shadow = SHADOW * (around @ own) / around.sum(axis=1)
    return np.asarray(np.maximum(np.maximum(own, shadow), 1.0), np.float64)


def _ink(patches: Patches, paper: Floats, black: float) -> Patches:
    """From grey to ink. `black`: the grey of black, as a share of that of paper."""
    dark = 1 - patches / paper.astype(np.float32)[:, None, None]
    return np.asarray(np.clip(dark / max(1 - black, LEAST_BLACK), LIGHTEST, DARKEST), np.float32)


def _black(small: Grey, corners: Points) -> float:
    """Printed black at a sign, as a share of the paper at it."""
    points = (AROUND @ corners.reshape(4, 2)).astype(np.float32)
    grey = cv2.remap(small, points[None, :, 0], points[None, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    ordered = np.sort(grey, axis=None)
    dark, light = ordered[len(ordered) // 10], ordered[-len(ordered) // 10]
    return float(dark / max(light, 1.0))


def _one_bit(full: Grey) -> bool:
    """Whether there is hardly a grey between black and white."""
    counts = np.bincount(full[::EVERY_ROW].ravel(), minlength=256)
    return bool(counts[BLACK:WHITE].sum() <= FEW_TONES * counts[:WHITE].sum())
