"""How much one client may write into the journal: 200 entries a minute (decision 12)."""

from __future__ import annotations

PER_CLIENT_AND_MINUTE = 200
_MAX_CLIENTS = 10_000


class JournalBudget:
    """Counts entries by client and minute; all unknown clients count as one."""

    def __init__(self, per_minute: int = PER_CLIENT_AND_MINUTE) -> None:
        self._per_minute = per_minute
        self._minute = -1
        self._counts: dict[str | None, int] = {}

    def take(self, client_id: str | None, at: float) -> bool:
        """Tell whether one more entry is within the budget."""
        minute = int(at // 60)
        if minute != self._minute or len(self._counts) >= _MAX_CLIENTS:
            self._minute = minute
            self._counts.clear()
        count = self._counts.get(client_id, 0)
        if count >= self._per_minute:
            return False
        self._counts[client_id] = count + 1
        return True
