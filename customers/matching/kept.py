"""What follows from an object and is computed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

OwnerT = TypeVar("OwnerT")
ValueT = TypeVar("ValueT")


class kept(Generic[OwnerT, ValueT]):  # noqa: N801 - used like `property`
    """`functools.cached_property` without its lock, which before Python 3.12 takes longer than most of these values."""

    def __init__(self, compute: Callable[[OwnerT], ValueT]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> kept[OwnerT, ValueT]: ...
    @overload
    def __get__(self, owner: OwnerT, kind: type) -> ValueT: ...
    def __get__(self, owner: OwnerT | None, kind: type) -> ValueT | kept[OwnerT, ValueT]:
        """Asked for once: from then on the value is found in the object itself."""
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._compute(owner)
        return value
