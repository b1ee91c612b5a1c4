/** The search over everything: found, grouped, narrowed, opened at the row. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LogsPage } from "./pages/logs_page.mjs";
import { SearchPage } from "./pages/search_page.mjs";
import { openBrowser } from "./support/browser.mjs";
import { hostileRun, kHostile, longRun } from "./support/records.mjs";
import { etlRuns, kEtl } from "./support/records_more.mjs";
import { startServer } from "./support/server.mjs";

let server;
let browser;
before(async () => {
  server = await startServer({ ndjson: [...hostileRun(), ...longRun(), ...etlRuns()] });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const searching = (t, body, options = {}) =>
  browser.inWindow(t, options, async (page) => {
    await page.goto(server.signInLink());
    await page.locator("table.runs").waitFor();
    await body(page, new SearchPage(page));
  });

test("a needle is found and opened at its row, with the word marked", (t) =>
  searching(t, async (page, search) => {
    await search.search("needle");
    await page.waitForURL(/q=needle/);
    await search.hits.first().waitFor();
    await search.ended();
    assert.equal(await search.hits.count(), 1);
    assert.equal(await search.hits.locator("mark").innerText(), "needle");
    await search.hits.first().click();
    const log = new LogsPage(page);
    await log.marked.waitFor();
    assert.match(await log.marked.innerText(), /4321[\s\S]*the needle/);
    await page.goBack();
    await search.hits.first().waitFor();
    assert.equal(await search.box.inputValue(), "needle", "the search comes back with the address");
  }));

test("one error in many runs is one group, and says in how many", (t) =>
  searching(t, async (page, search) => {
    await search.search('"no answer after" kind:errors');
    await search.ended();
    await search.groups.first().waitFor();
    assert.equal(await search.groups.count(), 1);
    assert.match(await search.groups.innerText(), /this error in 8 runs of 1 dag since[^·]* · 16 hits/);
    await search.groups.getByRole("button", { name: /more hits/ }).click();
    assert.equal(await search.hits.count(), 16);
    await search.hits.first().click();
    await page.locator(".error-wanted").waitFor();
  }));

test("a facet narrows the search, and again widens it", (t) =>
  searching(t, async (page, search) => {
    await search.search("answer");
    await search.ended();
    const errors = search.facet(/^errors/);
    await errors.click();
    await page.waitForURL(/kind/);
    assert.equal(await search.box.inputValue(), "answer kind:errors");
    await search.ended();
    assert.equal(await errors.getAttribute("aria-pressed"), "true");
    await errors.click();
    assert.equal(await search.box.inputValue(), "answer");
  }));

test("a hostile name becomes a term that finds it", (t) =>
  searching(t, async (_page, search) => {
    await search.search("red");
    await search.ended();
    await search.facet(/eu\/sales/).click();
    await search.ended();
    assert.equal(await search.box.inputValue(), 'red dag:"eu/sales \\"q\\" %41 ü"');
    await search.hits.first().waitFor();
    assert.ok((await search.hits.allInnerTexts()).every((text) => text.includes(kHostile.dag)));
  }));

test("a data row is found by its column and opened in the grid", (t) =>
  searching(t, async (page, search) => {
    await search.search("country:liechtenstein");
    await search.hits.first().waitFor();
    await search.hits.first().click();
    await page.locator(`[role=row][data-row="${kEtl.row}"].grid-marked`).waitFor();
  }));

test("nothing found says so, and a wrong query says where", (t) =>
  searching(t, async (page, search) => {
    await search.search("xyzzy-nowhere");
    await page.getByRole("heading", { name: "Nothing found" }).waitFor();
    await search.search('"not closed');
    await page.getByRole("alert").getByText("this quote is not closed").first().waitFor();
    await search.box.fill("");
    await page.locator("table.runs").waitFor();
  }));

test("the slash key leads to the box from anywhere; the language is explained there", (t) =>
  searching(t, async (page, search) => {
    await page.goto(`${server.url}/guidance`);
    await page.getByLabel("Rules, as YAML").waitFor();
    await page.locator("h1").click();
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement?.id === "search-box");
    await page.keyboard.type("a/b");
    assert.equal(await search.box.inputValue(), "a/b", "in the box a slash is a letter");
    await page.getByRole("button", { name: "How to search" }).click();
    const help = page.getByRole("region", { name: "How to search" });
    await help.getByText("regular expression").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await help.isVisible(), false);
  }));

test("a search can be stopped, which takes it back from the server, and asked again", (t) =>
  searching(t, async (page, search) => {
    const held = [];
    await page.route("**/api/v1/search**", (route) => held.push(route));
    await search.search("needle");
    const given_up = page.waitForEvent("requestfailed", (request) => request.url().includes("/api/v1/search"));
    await page.getByRole("button", { name: "Stop" }).click();
    await given_up;
    await search.said.filter({ hasText: "stopped" }).waitFor();
    await page.unroute("**/api/v1/search**");
    await page.getByRole("button", { name: "Search again" }).click();
    await search.hits.first().waitFor();
  }));

test("an answer that breaks off is not taken for all of it", (t) =>
  searching(t, async (page, search) => {
    await page.route("**/api/v1/search**", async (route) => {
      const whole = await (await route.fetch()).text();
      const lines = whole.trim().split("\n");
      await route.fulfill({ contentType: "application/x-ndjson", body: `${lines.slice(0, -1).join("\n")}\n` });
    });
    await search.search("needle");
    await page.getByRole("alert").getByText("What stands below was found before.").waitFor();
    assert.equal(await search.hits.count(), 1);
    await page.unroute("**/api/v1/search**");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
    await search.ended();
  }));

test("the keyboard alone searches, walks to a hit and opens it", (t) =>
  searching(t, async (page, search) => {
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    await page.keyboard.press("Enter");
    await search.hits.first().waitFor();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement?.classList.contains("hit-link"))) break;
    }
    await page.keyboard.press("Enter");
    await new LogsPage(page).marked.waitFor();
  }));

test("lines that would like to be more than text stay text in a result", (t) =>
  searching(t, async (page, search) => {
    await search.search("onerror");
    await search.hits.first().waitFor();
    assert.match(await search.hits.first().innerText(), /<img src=x onerror=/);
    assert.match(await page.title(), /^Search: onerror/);
  }));
