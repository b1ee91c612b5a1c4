/** Records: errors grouped, data rows, attempts side by side, hits in a log, a log that is still written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LogsPage } from "./pages/logs_page.mjs";
import { RunPage } from "./pages/run_page.mjs";
import { etlDate, etlRun, etlRuns, kEtl, kLive, liveEnd, liveLines, liveRun } from "./support/records_more.mjs";
import { site } from "./support/site.mjs";

const kLast = kEtl.good + kEtl.failed - 1;
const kRun = `/dags/${encodeURIComponent(kEtl.dag)}/runs/${etlDate(kLast)}/${etlRun(kLast)}`;

const { signedIn, ingest } = site({ ndjson: [...etlRuns(), ...liveRun()] });

test("the errors of a run are grouped; each place leads to its log", (t) =>
  signedIn(t, kRun, async (page) => {
    await page.getByRole("link", { name: "Errors, grouped" }).click();
    const groups = page.locator(".error-group");
    await groups.first().waitFor();
    assert.equal(await groups.count(), 1, "two attempts, one failure");
    assert.match(await groups.innerText(), /TimeoutError\s*no answer after 51 s[\s\S]*2 times/);
    await groups.getByText("All of it").click();
    await groups.getByText("Traceback (most recent call last)").waitFor();
    await groups.getByRole("link", { name: "extract, attempt 2" }).click();
    await page.waitForURL(/logs\/extract\?.*attempt=2/);
  }));

test("data rows keep their columns and types; few of the cells exist", (t) =>
  signedIn(t, `${kRun}/data/extract?row=${kEtl.row}`, async (page) => {
    const grid = page.getByRole("grid", { name: "Data rows" });
    const marked = page.locator(`[role=row][data-row="${kEtl.row}"].grid-marked`);
    await marked.waitFor();
    assert.match(await marked.innerText(), /700\s+700\s+875\s+Liechtenstein\s+null/);
    assert.equal(await grid.getAttribute("aria-rowcount"), String(kEtl.rows + 1));
    assert.ok(Number(await grid.getAttribute("aria-colcount")) > kEtl.columns);
    assert.match(await grid.locator("[role=columnheader]").nth(2).innerText(), /amount\s*DOUBLE/);
    assert.ok((await grid.locator("[role=gridcell]").count()) < 2500, "only what is on the screen is drawn");
  }));

test("the grid is walked by keys, and a cell shown whole", (t) =>
  signedIn(t, `${kRun}/data/extract`, async (page) => {
    const grid = page.getByRole("grid", { name: "Data rows" });
    await grid.locator('[role=row][data-row="0"]').waitFor();
    await grid.focus();
    for (const key of ["ArrowDown", "ArrowDown", "End"]) await page.keyboard.press(key);
    const active = page.locator("[role=gridcell][aria-selected=true]");
    await active.filter({ hasText: `v${kEtl.columns - 1}-2` }).waitFor();
    assert.equal(await grid.getAttribute("aria-activedescendant"), await active.getAttribute("id"));
    await page.keyboard.press("Control+End");
    await active.filter({ hasText: `v${kEtl.columns - 1}-${kEtl.rows - 1}` }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: `Row ${kEtl.rows - 1}, column_${kEtl.columns - 1}` }).waitFor();
    await page.waitForURL(/row=1499/);
  }));

test("words filter the rows on the server", (t) =>
  signedIn(t, `${kRun}/data/extract`, async (page) => {
    await page.getByLabel("Contains").fill("liechtenSTEIN");
    await page.getByLabel("Contains").press("Enter");
    await page.getByText("1 row matches").waitFor();
    await page.locator(`[role=row][data-row="${kEtl.row}"]`).waitFor();
    await page.getByLabel("Contains").fill("nowhere at all");
    await page.getByLabel("Contains").press("Enter");
    await page.getByText("No row matches.").waitFor();
    await page.getByRole("button", { name: "Show all rows" }).click();
    await page.getByText("1,500 rows").waitFor();
  }));

test("two attempts stand side by side; what differs but for numbers is marked", (t) =>
  signedIn(t, kRun, async (page) => {
    await new RunPage(page).attempts.first().waitFor();
    await page.getByRole("link", { name: "Compare extract, attempt 2, with the one before" }).click();
    await page.getByText("1 line differs.").waitFor();
    const differs = page.locator("tr.compare-differs");
    assert.equal(await differs.count(), 1);
    assert.match(await differs.innerText(), /page 20 of 40 in 20 ms[\s\S]*cursor moved by hand/);
    assert.equal(await page.locator("tr.compare-same").count(), 6, "three lines of context on each side");
    await page.getByLabel("Show lines that are the same").check();
    assert.equal(await page.locator("tr.compare-same").count(), 40);
  }));

test("hits are walked without leaving the other lines out", (t) =>
  signedIn(t, `${kRun}/logs/extract?attempt=1`, async (page) => {
    const log = new LogsPage(page);
    await log.line(0).waitFor();
    await page.getByLabel("Find").fill("PAGE 3");
    await page.getByLabel("Find").press("Enter");
    await page.getByText("1 of 11").waitFor();
    assert.match(await log.marked.innerText(), /page 3 of 40/);
    assert.equal(await log.marked.locator("mark").innerText(), "page 3");
    await page.getByRole("button", { name: "Next hit" }).click();
    await page.getByText("2 of 11").waitFor();
    await page.locator(".log-box").focus();
    await page.keyboard.press("n");
    await page.getByText("3 of 11").waitFor();
    assert.match(await log.marked.innerText(), /page 31 of 40/);
    await page.keyboard.press("Shift+N");
    await page.getByText("2 of 11").waitFor();
    assert.ok((await log.lines.count()) > 11, "the other lines are there");
    await page.getByLabel("Find").fill("nowhere");
    await page.getByLabel("Find").press("Enter");
    await page.getByText("not in this log").waitFor();
    await page.getByRole("button", { name: "Next error" }).click();
    await page.getByText("error 1 of 1").waitFor();
    assert.match(await log.marked.innerText(), /ERROR[\s\S]*TimeoutError/);
  }));

test("a log that is being written is followed; scrolling up lets go of its end", (t) =>
  signedIn(t, `/dags/${kLive.dag}/runs/2026-11-01/${kLive.run}/logs/talk`, async (page) => {
    const log = new LogsPage(page);
    await log.line(kLive.lines - 1).waitFor();
    await log.status.filter({ hasText: "live" }).waitFor();
    ingest(liveLines(kLive.lines, 40));
    await log.line(kLive.lines + 39).waitFor();
    await page.getByText("340 lines").waitFor();
    assert.equal(new Set(await log.messages()).size, await log.lines.count(), "no line twice");

    await page.locator(".log-box").focus();
    await page.keyboard.press("Home");
    await log.line(0).waitFor();
    assert.equal(await page.getByLabel("Follow").isChecked(), false);
    ingest(liveLines(kLive.lines + 40, 10));
    await page.getByText("350 lines").waitFor();
    assert.ok(await log.line(0).isVisible(), "the reader stays where they are");

    await page.getByLabel("Follow").check();
    await log.line(kLive.lines + 49).waitFor();
    ingest(liveEnd());
    await page.getByLabel("Follow").waitFor({ state: "detached" });
    await page.getByText("350 lines").waitFor();
  }));
