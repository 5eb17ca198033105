"""The page of results: a benchmark renews its own section and leaves the others."""

from pathlib import Path

from benchmarks.results import write_section


def test_a_section_is_renewed_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    write_section("one", "One", "first\n", page)
    write_section("two", "Two", r"a \1 b", page)
    write_section("one", "One", "second", page)
    told = page.read_text(encoding="utf-8")
    assert told.startswith("# Results\n")
    assert "first" not in told
    assert told.index("second") < told.index(r"a \1 b")
    assert told.count("<!-- one -->") == told.count("<!-- two -->") == 1
