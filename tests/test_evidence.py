"""The page of evidence says what the recorded runs say, and nothing else."""

from tests.evidence import PAGE, Bound, Evidence, page, recorded


def test_the_page_is_made_from_the_recorded_runs() -> None:
    assert PAGE.read_text() == page(recorded())


def test_no_recorded_run_failed() -> None:
    assert {one.name: one.failures for one in recorded() if one.failures} == {}


def test_a_failure_is_told_and_bounds_nothing() -> None:
    bounds = [Bound("lost", 1, 10), Bound("two", 0, 300)]
    run = Evidence(name="x", title="X", claim="C.", command="make x", bounds=bounds)
    assert "| lost | 10 | 1 |  | `make x` |" in page([run])
    assert "| two | 300 | 0 | < 1.0e-02 | `make x` |" in page([run])
