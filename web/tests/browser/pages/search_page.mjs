export class SearchPage {
  constructor(page) {
    this.page = page;
    this.box = page.getByRole("searchbox", { name: "Search every line, error and row of every run" });
    this.groups = page.locator("li.hit-group");
    this.hits = page.locator("a.hit-link");
    this.said = page.locator(".search-head [role=status]");
  }

  async search(text) {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** Until the search has ended. */
  async ended() {
    await this.page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    await this.said.waitFor();
  }

  facet(name) {
    return this.page.locator(".facets").getByRole("button", { name });
  }
}
