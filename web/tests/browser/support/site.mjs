/** A server with records in it and a Chromium, from a test file's first test to its last. */
import { after, before } from "node:test";
import { openBrowser } from "./browser.mjs";
import { startServer } from "./server.mjs";

/** `content` is what startServer takes in. `signedIn` calls `body` with a page that is signed in and at `path`; `ingest` takes in more. */
export function site(content) {
  let server;
  let browser;
  before(async () => {
    server = await startServer(content);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.remove();
  });
  return {
    signedIn: (t, path, body) =>
      browser.inWindow(t, {}, async (page) => {
        await page.goto(server.signInLink());
        await page.goto(server.url + path);
        await body(page);
      }),
    ingest: (lines) => server.ingest(lines),
  };
}
