/** ELK in a worker of its own, made when the first graph is drawn: a layout never holds up the page. */
import ELK from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { LayoutEngine } from "./layout";

let engine: LayoutEngine | null = null;

export function elkInWorker(): LayoutEngine {
  engine ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  return engine;
}
