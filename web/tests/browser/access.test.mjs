/** Every view, light and dark, wide and narrow: axe finds nothing, nothing runs over the edge. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { violations } from "./support/axe.mjs";
import { openBrowser } from "./support/browser.mjs";
import { kExample, startServer } from "./support/server.mjs";

const kRun = `/dags/orders_daily/runs/2026-11-19/${encodeURIComponent("manual__2026-11-19T02:00:00+00:00")}`;
const kGood = `/dags/orders_daily/runs/2026-11-17/${encodeURIComponent("manual__2026-11-17T02:00:00+00:00")}`;

/** A view, and what is there once it is complete. */
const kViews = [
  ["runs", "/", "table.runs tbody tr"],
  ["nothing matches", "/?dag=none", ".empty"],
  ["failed run", kRun, ".narrative-status[data-status=done]"],
  ["good run", kGood, "table.attempts tbody tr"],
  ["log", `${kRun}/logs/fetch_orders?attempt=2&row=6`, ".log-marked"],
  ["dags", "/dags", "table.dags tbody tr"],
  ["dag", "/dags/orders_daily", "#tasks-title"],
  ["rules", "/guidance", ".editor"],
  ["errors", `${kRun}/errors`, ".error-group"],
  ["no data", `${kRun}/data/fetch_orders`, ".empty"],
  ["attempts side by side", `${kRun}/compare/fetch_orders?left=1&right=2`, "table.compare"],
  ["found", "/?q=refused", "li.hit-group"],
  ["nothing found", "/?q=xyzzy", ".empty"],
  ["no such run", "/dags/gone/runs/2026-11-19/r1", ".problem"],
  ["no such page", "/nothing/here", ".narrow"],
  ["sign in", "/sign-in", ".sign-in"],
];

let server;
let browser;
before(async () => {
  server = await startServer({ airflow: kExample });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in any view, ${colorScheme}`, (t) =>
    browser.inWindow(t, { colorScheme }, async (page) => {
      await page.goto(server.signInLink());
      const found = [];
      for (const [name, path, complete] of kViews) {
        await page.goto(server.url + path);
        await page.locator(complete).first().waitFor();
        if (name.endsWith("run") && name !== "no such run") await page.locator("button.task-node").first().waitFor();
        await page.locator("details").evaluateAll((all) => {
          for (const details of all) details.open = true;
        });
        for (const each of await violations(page)) found.push(`${name}: ${each}`);
      }
      assert.deepEqual(found, []);
    }));
}

test("nothing runs over the edge at 400 pixels", (t) =>
  browser.inWindow(t, { viewport: { width: 400, height: 800 } }, async (page) => {
    await page.goto(server.signInLink());
    for (const [name, path, complete] of kViews) {
      await page.goto(server.url + path);
      await page.locator(complete).first().waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 400, `${name} is ${width} wide`);
    }
  }));

test("nothing moves for those who asked for less motion", (t) =>
  browser.inWindow(t, { reducedMotion: "reduce" }, async (page) => {
    await page.goto(server.signInLink());
    await page.goto(server.url + kRun);
    await page.locator("button.task-node").first().waitFor();
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
  }));

test("nothing is loaded from elsewhere", (t) =>
  browser.inWindow(t, {}, async (page) => {
    const asked = new Set();
    page.on("request", (request) => asked.add(new URL(request.url()).origin));
    await page.goto(server.signInLink());
    await page.goto(server.url + kRun);
    await page.locator(".narrative-status[data-status=done]").waitFor();
    await page.locator("button.task-node").first().waitFor();
    assert.deepEqual(
      [...asked].filter((origin) => origin !== "null"),
      [server.url],
    );
  }));
