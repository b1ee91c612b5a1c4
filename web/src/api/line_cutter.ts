/** Lines of a stream that comes in pieces which end anywhere. Pure. */
export class LineCutter {
  private rest = "";

  /** The lines that are now complete, without their breaks; empty ones are left out. */
  push(piece: string): string[] {
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    return lines.filter((line) => line.trim() !== "");
  }

  /** What came behind the last break. */
  end(): string[] {
    const last = this.rest;
    this.rest = "";
    return last.trim() === "" ? [] : [last];
  }
}
