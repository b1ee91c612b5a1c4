/** One Chromium for a test file; a window of its own for each test, with a picture of it where the test fails. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const kPictures = resolve(import.meta.dirname, "../../../../build/screenshots");
const kFlags =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "dagy-chromium-"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: kFlags.split(" "),
    env: { ...process.env, HOME: profile },
  });
  return {
    /** Calls `body` with a page; whatever the page complains about on its console fails the test. */
    async inWindow(t, options, body) {
      const window = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await window.newPage();
      page.setDefaultTimeout(15_000);
      const complaints = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // A refused request is the test's own business; a policy violation or a fault in the page never is.
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
          complaints.push(message.text());
      });
      try {
        await body(page, window);
        if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join("\n")}`);
      } catch (error) {
        mkdirSync(kPictures, { recursive: true });
        await page
          .screenshot({ path: join(kPictures, `${t.name.replace(/\W+/g, "-")}.png`), fullPage: true })
          .catch(() => {});
        throw error;
      } finally {
        await window.close();
      }
    },
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
