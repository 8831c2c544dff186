"""Where a form's page lies on a picture: its tags, its code, and what they say of its place.

All of it is looked for on a smaller picture of about 100 to 190 dots per inch, made by halving exactly, which keeps
edges where they are and costs next to nothing. Tags are looked for in the corners first, because that is where they
are on nearly every scan, and on the whole page only where fewer than three were there.

Three tags give a homography, which also undoes the perspective of a photo; what does not agree with the others is left
out. Fewer, and the code's corners are taken to help: an affine map where the anchors lie far apart, turned and scaled
only where they lie close together. That is rough far away from them, and `sample` mends it by the boxes' outlines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from channels.paper.picture import Grey
from channels.paper.sheet import CORNERS, HEIGHT_MM, MOST_PAGES, TAG_DICTIONARY, WIDTH_MM, Code, Tag, tags

Points = NDArray[np.float64]  # (n, 2)
Matrix = NDArray[np.float64]  # (3, 3)

SHORTEST_PX = 1_100  # of the small picture's long side, at least: 94 dots per inch of A4
CORNER_SHARE = 0.25  # of the short side: the square in a corner where a tag is looked for first
ENOUGH_TAGS = 3
SPREAD_MM = 100.0  # anchors that lie as far apart tell stretch from turning
AGREE_MM = 3.0  # a tag that is so far off is none of the page
PARALLEL = 0.8  # cosine
MOST_UNEVEN = 2.5  # between the scales of a page's four edges
PAPER = np.array([(0.0, 0.0), (WIDTH_MM, 0.0), (WIDTH_MM, HEIGHT_MM), (0.0, HEIGHT_MM)])
SMOOTH_MM = 0.38  # half a module of the code
UPRIGHT_PX_PER_MM = 8.0  # of the page as it is laid upright where its code could not be read at once


def _detector(windows_px: tuple[int, int]) -> cv2.aruco.ArucoDetector:
    """Black and white are told apart within windows of these sizes, from and to, by tens."""
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.adaptiveThreshWinSizeMin, parameters.adaptiveThreshWinSizeMax = windows_px
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, TAG_DICTIONARY)), parameters)


QUICK = _detector((23, 23))  # finds 517 of 518 tags that the other one finds, in a third of the time
THOROUGH = _detector((3, 23))


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A page's picture, and the small one on which it is worked."""

    full: Grey
    small: Grey
    halvings: int


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A QR code's text, and its corners on the small picture, from its own top left on, clockwise."""

    text: str
    corners: Points


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """`matrix` takes millimetres of the upright page to pixels of the small picture; `tags` of the page bear it out."""

    matrix: Matrix
    tags: int

    def px(self, points_mm: Points) -> Points:
        return apply(self.matrix, points_mm)


def apply(matrix: Matrix, points: Points) -> Points:
    """A homography, of any number of points."""
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)


def view(full: Grey) -> View:
    small, halvings = full, 0
    while max(small.shape) >= 2 * SHORTEST_PX and min(small.shape) > 1:
        height, width = small.shape
        small = np.asarray(
            cv2.resize(
                small[: height // 2 * 2, : width // 2 * 2], (width // 2, height // 2), interpolation=cv2.INTER_AREA
            ),
            np.uint8,
        )
        halvings += 1
    return View(full, small, halvings)


# -- tags


def find_tags(small: Grey) -> dict[int, Points]:
    """The corners of each tag by its id, from its own top left on, clockwise."""
    found: dict[int, Points] = {}
    for x, y, part in _corners(small):
        found.update({tag: corners + np.array((x, y)) for tag, corners in _tags(part, QUICK).items()})
    return found if len(found) >= ENOUGH_TAGS else {**_tags(small, THOROUGH), **found}


def _corners(small: Grey) -> Iterator[tuple[int, int, Grey]]:
    height, width = small.shape
    side = int(min(height, width) * CORNER_SHARE)
    for y in (0, height - side):
        for x in (0, width - side):
            yield x, y, small[y : y + side, x : x + side]


def _tags(part: Grey, detector: cv2.aruco.ArucoDetector) -> dict[int, Points]:
    corners, ids, _ = detector.detectMarkers(part)
    if ids is None:
        return {}
    known = MOST_PAGES * len(CORNERS)
    return {
        int(tag): np.asarray(quad, np.float64).reshape(4, 2)
        for tag, quad in zip(np.ravel(ids), corners, strict=True)
        if tag < known
    }


def page_by_tags(found: Mapping[int, Points]) -> int | None:
    """The page that most tags are of; None without tags."""
    pages = [tag // len(CORNERS) + 1 for tag in found]
    return max(sorted(set(pages)), key=pages.count, default=None)


# -- code


def find_codes(picture: View, found: Mapping[int, Points]) -> list[Sign]:
    """What QR codes say, the quick way first: on the small picture, the full one, and the page laid upright. At last on
    a smoothed one: programs that tell black from white by what is around leave dots hollow, and no tag either."""
    to_small = _scaling(0.5**picture.halvings)
    return (
        _codes(picture.small, np.eye(3))
        or _codes(picture.full, to_small, thorough=True)
        or _codes_upright(picture, found)
        or _codes(_smooth(picture.full), to_small, thorough=True)
    )


def _smooth(full: Grey) -> Grey:
    sigma = SMOOTH_MM * min(full.shape) / WIDTH_MM
    return np.asarray(cv2.GaussianBlur(full, (0, 0), sigma), np.uint8)


def _codes(grey: Grey, to_small: Matrix, thorough: bool = False) -> list[Sign]:
    # Nothing of the library's is kept: of what is there when a process ends with its threads, it complains of leaks.
    qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    signs = []
    for one in zxingcpp.read_barcodes(grey, qr, try_rotate=thorough, try_downscale=thorough, try_invert=False):
        at = one.position
        corners = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        signs.append(Sign(one.text, apply(to_small, np.array(corners, np.float64))))
    return signs


def _codes_upright(picture: View, found: Mapping[int, Points]) -> list[Sign]:
    """As far as its tags tell how the page lies; smoothed, and with its contrast evened out, too."""
    number = page_by_tags(found)
    where = place(tags(number), found) if number else None
    if where is None or where.tags < ENOUGH_TAGS - 1:
        return []
    to_mm = np.linalg.inv(_scaling(2.0**picture.halvings) @ where.matrix)
    to_upright = _scaling(UPRIGHT_PX_PER_MM) @ to_mm
    size = (round(WIDTH_MM * UPRIGHT_PX_PER_MM), round(HEIGHT_MM * UPRIGHT_PX_PER_MM))
    upright = np.asarray(cv2.warpPerspective(picture.full, to_upright, size, borderValue=255), np.uint8)
    back = where.matrix @ _scaling(1 / UPRIGHT_PX_PER_MM)
    smooth = np.asarray(cv2.GaussianBlur(upright, (0, 0), 2.0), np.uint8)
    even = np.asarray(cv2.createCLAHE(4.0, (8, 12)).apply(smooth), np.uint8)
    return next(filter(None, (_codes(one, back, thorough=True) for one in (upright, smooth, even))), [])


def lies_as_tags_say(sign: Sign, page: int, found: Mapping[int, Points]) -> bool:
    """Whether the page's tags are there, and run the same way as the code. One that is seen from behind is read all the
    same, but the other way; and tags are not found from behind."""
    where = place(tags(page), found)
    if where is None or where.tags < ENOUGH_TAGS:
        return False
    left, right = where.px(np.array([(0.0, 0.0), (WIDTH_MM, 0.0)]))
    along, edge = right - left, sign.corners[1] - sign.corners[0]
    return bool(along @ edge > PARALLEL * np.linalg.norm(along) * np.linalg.norm(edge))


def _scaling(factor: float) -> Matrix:
    return np.diag([factor, factor, 1.0])


# -- place


def place(
    marks: Sequence[Tag], found: Mapping[int, Points], code: tuple[Code, Points] | None = None, *, flat: bool = False
) -> Place | None:
    """How the page lies that has these tags, and this code with its corners on the small picture. None if nothing of it
    was found, or if what was found lies as no page can. `flat`: as on a scanner's glass, without perspective."""
    seen = [tag for tag in marks if tag.id in found]
    if len(seen) >= ENOUGH_TAGS and not flat:
        return _by_tags(seen, found)
    at_mm = [_square(tag.x_mm, tag.y_mm, tag.side_mm) for tag in seen]
    at_px = [found[tag.id] for tag in seen]
    if code is not None:
        at_mm.append(_square(code[0].x_mm, code[0].y_mm, code[0].side_mm))
        at_px.append(code[1])
    if not at_mm:
        return None
    return _checked(_affine(np.concatenate(at_mm), np.concatenate(at_px)), len(seen))


def _by_tags(seen: Sequence[Tag], found: Mapping[int, Points]) -> Place | None:
    at_mm = np.concatenate([_square(tag.x_mm, tag.y_mm, tag.side_mm) for tag in seen])
    at_px = np.concatenate([found[tag.id] for tag in seen])
    side_px = np.median([np.linalg.norm(found[tag.id] - np.roll(found[tag.id], 1, axis=0), axis=1) for tag in seen])
    off_px = AGREE_MM * float(side_px) / seen[0].side_mm
    matrix, agreed = cv2.findHomography(at_mm, at_px, cv2.RANSAC, off_px)
    agreeing = np.asarray(agreed).reshape(-1, 4).all(axis=1)
    if ENOUGH_TAGS <= agreeing.sum() < len(seen):  # a single corner of a tag that shines through may agree, and mislead
        these = np.repeat(agreeing, 4)
        matrix, _ = cv2.findHomography(at_mm[these], at_px[these])
    return _checked(np.asarray(matrix, np.float64), int(agreeing.sum())) if np.shape(matrix) == (3, 3) else None


def _affine(at_mm: Points, at_px: Points) -> Matrix:
    """By least squares; the same scale both ways where the anchors lie too close together to tell stretch."""
    x, y = at_mm.T
    one, none = np.ones_like(x), np.zeros_like(x)
    if np.ptp(at_mm, axis=0).max() >= SPREAD_MM:
        a, b, c, d, e, f = _solved([x, y, one, none, none, none], [none, none, none, x, y, one], at_px)
    else:
        a, d, c, f = _solved([x, -y, one, none], [y, x, none, one], at_px)
        b, e = -d, a
    return np.array([[a, b, c], [d, e, f], [0.0, 0.0, 1.0]])


def _solved(of_x: list[Points], of_y: list[Points], at_px: Points) -> Points:
    rows = np.concatenate([np.stack(of_x, axis=1), np.stack(of_y, axis=1)])
    return np.asarray(np.linalg.lstsq(rows, at_px.T.ravel(), rcond=None)[0], np.float64)


def _checked(matrix: Matrix, count: int) -> Place | None:
    """None where the page would be mirrored, folded over, or far narrower or wider than paper is."""
    corners = apply(matrix, PAPER)
    sides = np.roll(corners, -1, axis=0) - corners
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    lengths = np.linalg.norm(sides, axis=1) / (WIDTH_MM, HEIGHT_MM, WIDTH_MM, HEIGHT_MM)
    fits = np.isfinite(corners).all() and (turns > 0).all() and lengths.max() < MOST_UNEVEN * lengths.min()
    return Place(matrix, count) if fits else None


def _square(x_mm: float, y_mm: float, side_mm: float) -> Points:
    far_x, far_y = x_mm + side_mm, y_mm + side_mm
    return np.array([(x_mm, y_mm), (far_x, y_mm), (far_x, far_y), (x_mm, far_y)])
