"""The page of a run in a real headless Chromium: it opens, filters, draws, with no console error."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arc import Pair, Task, as_grid
from benchmarks.synthetic import development_tasks, make_run
from scoring.contract import Candidate, Verdict, VerdictKind
from scoring.evaluation import evaluate
from scoring.record.reader import Run
from scoring.record.writer import RunStore
from scoring.report.contents import task_rows
from scoring.report.page import report_html, write_report

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_RED = [249, 60, 49, 255]
_HOSTILE = "def transform(g):\n    return '</script><script>document.title = \"owned\"</script>'\n"


@pytest.fixture(scope="module")
def run_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("made") / "run"
    make_run(directory, development_tasks(14), 30)
    return directory


@pytest.fixture(scope="module")
def page(run_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    with Run.open(run_directory) as run:
        size = write_report(run, path)
    assert size == path.stat().st_size
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    binary = next(filter(None, map(shutil.which, _BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("no Chromium with its chromedriver on this machine")
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with webdriver.Chrome(options=options, service=Service(driver)) as opened:
        yield opened


@pytest.fixture
def opened(browser: Any, page: Path) -> Any:
    browser.get("about:blank")
    browser.get(page.as_uri())
    _wait(browser, "return document.body.dataset.ready")
    yield browser
    assert browser.get_log("browser") == []


def _wait(browser: Any, script: str) -> Any:
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 30).until(lambda driver: driver.execute_script(script))


def _open_task(browser: Any, task_id: str) -> None:
    browser.execute_script(f"location.hash = '#task/{task_id}'")
    _wait(browser, f"return document.getElementById('task').dataset.ready === '{task_id}'")


def _press(browser: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def _cards(browser: Any) -> list[str]:
    shown: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('.card')].map((card) => card.dataset.task)"
    )
    return shown


@pytest.mark.browser
def test_the_summary_shows_the_score_and_every_task(opened: Any, run_directory: Path) -> None:
    evaluation = evaluate(run_directory)
    tiles = opened.execute_script("return document.querySelector('.tiles').innerText")
    assert f"{evaluation.total.vote_2:.1%}" in tiles
    assert len(_cards(opened)) == 14
    assert opened.execute_script("return document.querySelectorAll('.plot svg').length") == 4


@pytest.mark.browser
def test_filters_and_search_choose_the_tasks(opened: Any, run_directory: Path) -> None:
    with Run.open(run_directory) as run:
        verified = [row.task_id for row in task_rows(run, filters=["verified"])]
    assert 0 < len(verified) < 14
    opened.find_element("css selector", "[data-filter='verified']").click()
    assert _cards(opened) == verified
    opened.find_element("css selector", "[data-filter='all']").click()
    _press(opened, "/")
    _wait(opened, "return document.activeElement.id === 'search'")
    _press(opened, verified[0][:5])
    assert _cards(opened) == [verified[0]]
    _press(opened, "zz")
    assert _cards(opened) == []
    assert "no task" in opened.find_element("id", "count").text


@pytest.mark.browser
def test_a_task_shows_its_grids_programs_votes_and_misses(opened: Any, run_directory: Path) -> None:
    with Run.open(run_directory) as run:
        task_id = task_rows(run, sort="verified")[0].task_id
        task = run.task(task_id)
        source = run.programs(task_id, VerdictKind.VERIFIED)[0].source
    _open_task(opened, task_id)
    text = opened.find_element("id", "task").text
    for part in (
        task_id,
        "Training pairs",
        "attempt 1",
        "Verified programs",
        "Nearest misses",
        "Failures by",
    ):
        assert part in text
    programs = opened.execute_script(
        "return [...document.querySelectorAll('.group pre')].map((pre) => pre.textContent)"
    )
    assert source in programs
    colours = opened.execute_script(
        "const canvas = document.querySelector('#task canvas'), [height, width] = arguments;"
        "const side = (canvas.width - 1) / width, found = [];"
        "const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
        "for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {"
        " const place = 4 * (Math.floor((y + 0.5) * side) * canvas.width + Math.floor((x + 0.5) * side));"
        " found.push([...data.slice(place, place + 4)].join()); }"
        "return [found, PALETTE]",
        *task.train[0].input.shape,
    )
    drawn, palette = colours
    expected = [_rgba(palette[cell]) for cell in task.train[0].input.ravel().tolist()]
    assert drawn == expected


def _rgba(colour: str) -> str:
    return ",".join([*(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5)), "255"])


@pytest.mark.browser
def test_keys_walk_through_the_tasks(opened: Any, run_directory: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    with Run.open(run_directory) as run:
        ids = run.task_ids
    _press(opened, "j", "j", "k", "j", Keys.ENTER)
    _wait(opened, f"return document.getElementById('task').dataset.ready === '{ids[1]}'")
    _press(opened, "n")
    _wait(opened, f"return document.getElementById('task').dataset.ready === '{ids[2]}'")
    _press(opened, Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    _wait(opened, f"return document.getElementById('task').dataset.ready === '{ids[-1]}'")
    _press(opened, Keys.ESCAPE)
    _wait(opened, "return !document.getElementById('summary').hidden")
    assert opened.execute_script("return document.activeElement.dataset.task") == ids[-1]
    _press(opened, "?")
    assert opened.execute_script("return document.getElementById('keys').open")
    _press(opened, Keys.ESCAPE)


@pytest.mark.browser
def test_it_is_readable_in_the_dark_and_on_a_phone(opened: Any, run_directory: Path) -> None:
    def paper() -> list[int]:
        colour = opened.execute_script("return getComputedStyle(document.body).backgroundColor")
        return [int(part) for part in re.findall(r"\d+", colour)[:3]]

    light = paper()
    _press(opened, "d")
    dark = paper()
    assert {min(light) > 200, max(dark) < 60} == {True} or {max(light) < 60, min(dark) > 200} == {True}
    with Run.open(run_directory) as run:
        ids = run.task_ids
    opened.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True},
    )
    try:
        fits = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        # the browser takes the new size over, and lays the page out again, after it has answered
        _wait(opened, "return document.documentElement.clientWidth === 360")
        _wait(opened, fits)
        for task_id in ids[:5]:
            _open_task(opened, task_id)
            _wait(opened, fits)
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.browser
def test_nothing_is_fetched(opened: Any, page: Path) -> None:
    assert opened.execute_script("return performance.getEntriesByType('resource').length") == 0
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", page.read_text()))
    assert addresses <= {"http://www.w3.org/2000/svg"}


@pytest.mark.browser
def test_hostile_text_stays_text(browser: Any, tmp_path: Path) -> None:
    grid = as_grid([[2]])
    name = 'x"><img src=x onerror=alert(1)>'
    task = Task(name, (Pair(grid, grid),), (Pair(grid, None),))
    with RunStore.create(tmp_path / "<b>run", {"dataset": "</script>"}) as store:
        store.add_tasks([task])
        store.add_candidate(Candidate(name, "m", 0, _HOSTILE), "k")
        store.add_verdict(name, "k", Verdict(VerdictKind.VERIFIED, (True,), (grid,), (grid,)))
    with Run.open(tmp_path / "<b>run") as run:
        write_report(run, tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    _wait(browser, "return document.body.dataset.ready")
    assert "score" not in browser.execute_script("return document.querySelector('.tiles').innerText")
    browser.find_element("css selector", ".card").click()
    _wait(browser, "return document.getElementById('task').dataset.ready")
    assert browser.find_element("css selector", ".group pre").text.strip() == _HOSTILE.strip()
    assert browser.find_elements("css selector", "img") == []
    assert "owned" not in browser.title
    pixel = (
        "return [...document.querySelector('#task canvas').getContext('2d').getImageData(5, 5, 1, 1).data]"
    )
    assert browser.execute_script(pixel) == _RED
    assert browser.get_log("browser") == []


def test_a_run_without_anything_still_has_a_page(tmp_path: Path) -> None:
    with RunStore.create(tmp_path / "run", {}) as store:
        store.add_tasks(development_tasks(2))
    with Run.open(tmp_path / "run") as run:
        text = report_html(run)
    assert text.count('<script type="text/plain"') == 3
