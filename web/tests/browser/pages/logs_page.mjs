export class LogsPage {
  constructor(page) {
    this.page = page;
    this.lines = page.locator("li.log-line[data-row]");
    this.marked = page.locator("li.log-marked");
    this.details = page.locator("section.line-details");
    this.status = page.locator(".log-status");
  }

  line(row) {
    return this.page.locator(`li.log-line[data-row="${row}"]`);
  }

  level(level) {
    return this.page.getByLabel("Level").selectOption(level);
  }

  async keyword(text) {
    await this.page.getByLabel("Contains").fill(text);
    await this.page.getByLabel("Contains").press("Enter");
  }

  attempt(number) {
    return this.page.getByLabel("Attempt").selectOption(String(number));
  }

  /** The text of the lines that are on the screen. */
  async messages() {
    return this.page.locator("li.log-line[data-row] .log-message").allTextContents();
  }
}
