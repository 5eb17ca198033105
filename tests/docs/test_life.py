"""The picture of one synthetic life is what the generator tells today."""

import subprocess
import sys

from oeverum.settings import REPOSITORY


def test_the_picture_is_the_one_that_would_be_drawn() -> None:
    script = [sys.executable, "scripts/draw_life.py", "--check"]
    done = subprocess.run(script, cwd=REPOSITORY, env={"PYTHONPATH": str(REPOSITORY)}, check=False, timeout=60)
    assert done.returncode == 0, "draw it again: PYTHONPATH=. python scripts/draw_life.py"


def test_the_picture_names_nobody() -> None:
    text = (REPOSITORY / "docs" / "pictures" / "life.svg").read_text(encoding="utf-8")
    assert "of 78" in text
    assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")
