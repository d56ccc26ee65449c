"""The rules of places and the waiting list once more, in the plainest way, to hold the real ones against."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID


class Refused(Exception):
    """The rules say no."""


@dataclass
class Line:
    """The rules once more, in the plainest way: who sits, who is asked, who waits, the latter two by their number; and who
    hopes for the office's yes, which holds nothing."""

    capacity: int
    can_ask: Callable[[], bool]
    seated: dict[UUID, int] = field(default_factory=dict)
    offered: dict[UUID, int] = field(default_factory=dict)
    waiting: dict[UUID, int] = field(default_factory=dict)
    applied: dict[UUID, int] = field(default_factory=dict)
    numbers: dict[UUID, int] = field(default_factory=dict)
    last_number: int = 0
    reserved: int = 0

    @property
    def left(self) -> int:
        return self.free - self.reserved

    @property
    def free(self) -> int:
        return self.capacity - sum(self.seated.values()) - sum(self.offered.values())

    @property
    def in_order(self) -> list[UUID]:
        return sorted(self.waiting, key=self.numbers.__getitem__)

    def approve(self, who: UUID) -> None:
        if who in self.applied:
            self.join(who, self.applied.pop(who))

    def refuse(self, who: UUID) -> None:
        if who not in self.applied:
            raise Refused
        del self.applied[who]

    def join(self, who: UUID, places: int) -> None:
        if not self.waiting and places <= self.left:
            self.seated[who] = places
        else:
            self._to_the_end(who, places)

    def leave(self, who: UUID) -> None:
        for group in self._groups:
            group.pop(who, None)
        self._move_up()

    def accept(self, who: UUID) -> None:
        if who not in self.offered:
            raise Refused
        self.seated[who] = self.offered.pop(who)

    def decline(self, who: UUID) -> None:
        if who not in self.offered:
            raise Refused
        self.leave(who)

    def resize(self, who: UUID, places: int) -> None:
        own = next(group for group in self._groups if who in group)
        more = places - own[who]
        if places > self.capacity or (self._holds(who) and more > 0 and (self.waiting or more > self.left)):
            raise Refused
        own[who] = places
        self._move_up()

    def enlarge(self, capacity: int) -> None:
        if capacity < self.capacity - self.left:
            raise Refused
        self.capacity = capacity
        self._move_up()

    def reserve(self, places: int) -> None:
        if places > self.free:
            raise Refused
        self.reserved = places
        self._move_up()

    def release(self, who: UUID, places: int) -> None:
        if places > self.reserved:
            raise Refused
        self.reserved -= places
        self.seated[who] = places

    def offer(self, who: UUID) -> None:
        if who not in self.waiting or self.waiting[who] > self.left:
            raise Refused
        self._ask(who)
        self._move_up()

    def take_back(self, who: UUID) -> None:
        if who not in self.offered or not self.waiting:
            raise Refused
        was_first = self.numbers[who] < self.numbers[self.in_order[0]]
        places = self.offered.pop(who)
        if was_first:
            self._to_the_end(who, places)
        else:
            self.waiting[who] = places
        self._move_up()

    @property
    def _groups(self) -> tuple[dict[UUID, int], ...]:
        return self.seated, self.offered, self.waiting, self.applied

    def _holds(self, who: UUID) -> bool:
        return who in self.seated or who in self.offered

    def _to_the_end(self, who: UUID, places: int) -> None:
        self.last_number += 1
        self.waiting[who], self.numbers[who] = places, self.last_number

    def _ask(self, who: UUID) -> None:
        (self.offered if self.can_ask() else self.seated)[who] = self.waiting.pop(who)

    def _move_up(self) -> None:
        while self.waiting and self.waiting[self.in_order[0]] <= self.left:
            self._ask(self.in_order[0])
