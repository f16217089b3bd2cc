"""How far from its baseline to its target a figure has come. Pure arithmetic."""

from decimal import Decimal

REACHED, LEAST, MOST = Decimal(1), Decimal(0), Decimal(1)


def share_of_way(baseline: Decimal, target: Decimal, now: Decimal | None) -> Decimal | None:
    """The share of the way that is done: 1 at the target, more beyond it, less than 0 behind the
    baseline. None while the figure is unknown; missing is not zero.
    """
    if now is None or target == baseline:
        return None
    return (now - baseline) / (target - baseline)


def drawn(share: Decimal) -> int:
    """The share as a bar shows it: whole percents between 0 and 100."""
    return int(min(max(share, LEAST), MOST) * 100)
