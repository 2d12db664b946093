"""metrics.jsonl: one line a validation, and the speed between two looks."""

import json
from pathlib import Path

from regard.errors import FolderError
from regard.folder.atomic import write_bytes
from regard.training.progress import Validation


class MetricsLog:
    """The file `metrics.jsonl` of a model folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "metrics.jsonl"
        self.last: tuple[int, float] | None = None
        self.smooth = 0.0

    def write(self, validation: Validation) -> None:
        """Adds one line."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(validation._asdict(), ensure_ascii=False) + "\n")

    def cut(self, step: int) -> None:
        """Drops lines later than a step: what a run wrote after the checkpoint that another goes on from."""
        lines = self.read()
        kept = [json.dumps(line, ensure_ascii=False) for line in lines if int(line["step"]) <= step]  # type: ignore[call-overload]
        write_bytes(self.path, "".join(line + "\n" for line in kept).encode())

    def read(self) -> list[dict[str, object]]:
        """All lines; none where there is no file. A last line that was never ended is left out."""
        if not self.path.is_file():
            return []
        return [
            self._parsed(line, n + 1) for n, line in enumerate(self.path.read_text(encoding="utf-8").split("\n")[:-1])
        ]

    def _parsed(self, line: str, number: int) -> dict[str, object]:
        try:
            record = json.loads(line)
        except ValueError as error:
            raise FolderError(
                f"{self.path}:{number}: a line must be a JSON object", got=str(error), hint="delete that line"
            ) from error
        if not isinstance(record, dict) or not isinstance(record.get("step"), int):
            raise FolderError(f"{self.path}:{number}: a line must hold a step", got=line[:60], hint="delete that line")
        return record

    def speed(self, tokens: int, seconds: float) -> float:
        """Target tokens a second, smoothed over the last updates; `tokens` and `seconds` are running totals."""
        if self.last is not None and tokens > self.last[0] and seconds > self.last[1]:
            now = (tokens - self.last[0]) / (seconds - self.last[1])
            self.smooth = now if not self.smooth else 0.95 * self.smooth + 0.05 * now
        self.last = (tokens, seconds)
        return self.smooth
