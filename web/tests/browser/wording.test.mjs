/** A language model's words stand beside the diagnosis; those that nothing proves are left out. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { RunPage } from "./pages/run_page.mjs";
import { openBrowser } from "./support/browser.mjs";
import { kExample, startServer } from "./support/server.mjs";

const kRun = `/dags/orders_daily/runs/2026-11-19/${encodeURIComponent("manual__2026-11-19T02:00:00+00:00")}`;
const kSaid = {
  sentences: [
    { field: "summary", text: "In fetch_orders the connection was refused.", refs: ["e1"] },
    { field: "summary", text: "The moon was full and 42 wolves howled.", refs: ["e1"] },
  ],
};

let model;
let server;
let browser;
before(async () => {
  model = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      const content = JSON.stringify(kSaid);
      response.end(JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content } }] }));
    });
  });
  await new Promise((done) => model.listen(0, "127.0.0.1", done));
  server = await startServer({
    airflow: kExample,
    settings: { DAGY_LLM_URL: `http://127.0.0.1:${model.address().port}/v1`, DAGY_LLM_MODEL: "stand-in" },
  });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
  await new Promise((done) => model.close(done));
});

test("sentences that stand have their proof beside them; the others are counted", (t) =>
  browser.inWindow(t, {}, async (page) => {
    await page.goto(server.signInLink());
    await page.goto(server.url + kRun);
    const run = new RunPage(page);
    await run.diagnosed();
    const verdict = await run.verdict.innerText();
    await page.getByText("In a language model's words").click();
    const words = page.locator("details").filter({ hasText: "In a language model's words" });
    await words.getByText("In fetch_orders the connection was refused").waitFor();
    assert.equal(await words.locator("a.ref").innerText(), "e1");
    assert.match(await words.innerText(), /By stand-in\. .* 1 sentence did not stand and is left out\./);
    assert.doesNotMatch(await words.innerText(), /wolves/);
    assert.equal(await run.verdict.innerText(), verdict);
  }));
