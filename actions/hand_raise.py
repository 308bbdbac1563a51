"""Raised hands: acts by which somebody asks for sales, whatever the score says."""

from leads.signal import SAID, Activity, ActorKind, is_late
from playbook.book import Playbook

HAND_RAISES = frozenset({"meeting.booked", "form.demo", "form.quote", "form.consultation", "form.contact"})


def raises_hand(activity: Activity, book: Playbook) -> bool:
    """Whether somebody asked for sales by this: a form, a booking, a signal that the playbook says is one.

    Somebody who asked long ago is for a person to pick up, and no alarm (domain.md §8 case 9).
    """
    if is_late(activity) or activity.actor is ActorKind.MACHINE:
        return False
    if activity.type in HAND_RAISES:
        return True
    signal = book.signal(activity.type.removeprefix(SAID)) if activity.reported else None
    return bool(signal and signal.hand_raise)
