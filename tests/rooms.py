"""The rooms of the project and the arrows between them, read from the source without importing it."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Each may import itself and those before it.
SHIPPED = ("warehouse", "expectations", "tasks", "newsroom", "flows", "dateline")
TOPS = (*SHIPPED, "benchmarks")
FILES = {top: sorted((ROOT / top).rglob("*.py")) for top in TOPS}
SOURCES = [path for top in SHIPPED for path in FILES[top]]
ROOMS = sorted({path.parent for files in FILES.values() for path in files})

Arrow = tuple[str, str]


def module_of(path: Path) -> str:
    """The dotted name of a source file; that of the package for an __init__.py."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for files in FILES.values() for path in files}


def imported(path: Path) -> set[str]:
    """What a file imports, wherever in it that stands; modules of the project in full."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= (whole & MODULES.keys()) or {node.module or ""}
    return names


def arrows(modules: dict[str, set[str]]) -> dict[Arrow, list[Arrow]]:
    """Between neighbours (rooms or modules of one room) at every level: the imports that draw the arrow.

    Args:
        modules: dotted name to what it imports.
    """
    found: dict[Arrow, list[Arrow]] = defaultdict(list)
    for name, targets in modules.items():
        for target in targets & modules.keys():
            ours, theirs = name.split("."), target.split(".")
            same = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), None)
            if same is not None:
                found[".".join(ours[: same + 1]), ".".join(theirs[: same + 1])].append((name, target))
    return dict(found)


def both_ways(found: dict[Arrow, list[Arrow]]) -> list[str]:
    """The arrows that lie on a circle, and what to do about each."""
    after: dict[str, set[str]] = defaultdict(set)
    for source, target in found:
        after[source].add(target)
    return [
        f"{source} → {target}, and {target} leads back to {source}: "
        + ", ".join(f"{name} imports {what}" for name, what in sorted(found[source, target])[:3])
        + ". Move what both need into a room below them, or hand it in as an argument."
        for source, target in sorted(found)
        if source in _reached(target, after)
    ]


def _reached(start: str, after: dict[str, set[str]]) -> set[str]:
    seen, left = {start}, [start]
    while left:
        for each in after[left.pop()] - seen:
            seen.add(each)
            left.append(each)
    return seen
