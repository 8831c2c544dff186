"""What is in a box: a small trained net says how likely it is empty, marked or cancelled.

statistics   a dozen figures about a patch, which both judges start from
rule         the baseline: thresholds on two of them, as a reader without training would have
net          the trained judge; its weights are in weights.npz, written by `make train-marks`
hand         how a mark looks: whether two scans show the same one
judgement    from probabilities to a state: the one place that says what goes to a person
"""

from __future__ import annotations

from channels.paper.marks.hand import looks
from channels.paper.marks.judgement import Judgement, judgement
from channels.paper.marks.net import judge

__all__ = ["Judgement", "judge", "judgement", "looks"]
