"""What happens to a sheet of paper between the printer and the scanner. Each function as in machines."""

from __future__ import annotations

import cv2
import numpy as np

from channels.paper.training.machines import MM_PER_INCH, WHITE, office, shaded
from channels.paper.training.pens import Grey

Rng = np.random.Generator


def folded(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Folded twice, as into an envelope: a shadow on one side of each crease, worn toner on it, and it lies uneven."""
    page = page.copy()
    light = np.ones((60, 1), np.float32)
    for third in (1 / 3, 2 / 3):
        y = int(page.shape[0] * (third + rng.normal(0, 0.01)))
        band = max(2, round(rng.uniform(0.25, 0.6) * dpi / MM_PER_INCH))
        crease = page[y : y + band].astype(np.float32)
        page[y : y + band] = crease * rng.uniform(0.6, 0.85) if rng.random() < 0.5 else WHITE - (WHITE - crease) * 0.5
        place = round(third * 60)
        light[place : place + 5, 0] *= np.linspace(rng.uniform(0.8, 0.95), 1, 5)
    return office(_sheared(shaded(page, light), rng, dpi), rng, dpi)


def _sheared(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Each third a little shifted against the others."""
    third = page.shape[0] // 3
    for part in range(3):
        rows = slice(part * third, (part + 1) * third)
        page[rows] = np.roll(page[rows], round(rng.normal(0, 0.15) * dpi / MM_PER_INCH), axis=1)
    return page


def punched(page: Grey, rng: Rng, dpi: float) -> Grey:
    """Two holes at the left edge, dark or white, and a staple at the top left corner."""
    page, mm = page.copy(), dpi / MM_PER_INCH
    middle, x = page.shape[0] / 2 + rng.normal(0, 2) * mm, (12 + rng.normal(0, 1)) * mm
    shade = int(rng.choice((15, 60, 255)))
    for y in (middle - 40 * mm, middle + 40 * mm):
        cv2.circle(page, (round(x), round(y)), round(2.8 * mm), shade, -1, cv2.LINE_AA)
    start = np.array((rng.uniform(5, 22), rng.uniform(5, 22))) * mm
    end = start + np.array((rng.uniform(5, 9), -rng.uniform(3, 9))) * mm
    cv2.line(page, start.astype(int).tolist(), end.astype(int).tolist(), 50, max(2, round(0.7 * mm)), cv2.LINE_AA)
    return office(page, rng, dpi)


def coffee(page: Grey, rng: Rng, dpi: float) -> Grey:
    """A cup's ring, dark at its edge and uneven, and some drops."""
    mm = dpi / MM_PER_INCH
    small = np.ones((page.shape[0] // 4, page.shape[1] // 4), np.float32)
    x, y = rng.uniform(0.15, 0.85) * small.shape[1], rng.uniform(0.15, 0.85) * small.shape[0]
    inside = np.zeros_like(small)
    cv2.circle(inside, (round(x), round(y)), round(38 * mm / 4), 1.0, -1)
    edge = np.zeros_like(small)
    start = int(rng.integers(360))
    cv2.ellipse(
        edge,
        (round(x), round(y)),
        (round(38 * mm / 4),) * 2,
        start,
        0,
        int(rng.integers(200, 360)),
        1.0,
        round(mm * 0.6),
    )
    for _ in range(rng.integers(3, 9)):
        cv2.circle(
            edge,
            (int(rng.integers(small.shape[1])), int(rng.integers(small.shape[0]))),
            int(rng.integers(2, 10)),
            1.0,
            -1,
        )
    small -= rng.uniform(0.05, 0.15) * cv2.GaussianBlur(inside, (0, 0), 2)
    small -= rng.uniform(0.12, 0.32) * cv2.GaussianBlur(edge, (0, 0), 1.2)
    return office(shaded(page, small.clip(0.2, 1)), rng, dpi)


def bled_through(page: Grey, rng: Rng, dpi: float) -> Grey:
    """What stands on the back, mirrored: this page itself will do, shifted so far that it meets the boxes, too."""
    back = cv2.GaussianBlur(np.ascontiguousarray(page[:, ::-1]), (0, 0), 1.6 * dpi / 200)
    shift = rng.uniform((-12, 0), (12, 210)) * dpi / MM_PER_INCH
    back = np.roll(back, tuple(shift.round().astype(int)), (0, 1))
    share = rng.uniform(0.08, 0.2)
    through = cv2.addWeighted(back, share, np.full_like(back, WHITE), 1 - share, 0)
    both = cv2.multiply(page, through, scale=1 / WHITE, dtype=cv2.CV_8U)
    return office(np.asarray(both, np.uint8), rng, dpi)


def cornered(page: Grey, rng: Rng, dpi: float) -> Grey:
    """One corner cut off or folded over, with the tag that stands there."""
    page = page.copy()
    legs = rng.uniform(25, 45, 2) * dpi / MM_PER_INCH
    height, width = page.shape
    right, bottom = bool(rng.integers(2)), bool(rng.integers(2))
    x, y = (width if right else 0), (height if bottom else 0)
    inner = (x - legs[0] if right else legs[0], y - legs[1] if bottom else legs[1])
    corner = np.array(((x, y), (inner[0], y), (x, inner[1])), np.int32)
    cv2.fillConvexPoly(page, corner, int(rng.choice((235, 20))))
    return office(page, rng, dpi)
