/** An organization's own rules of diagnosis. */
import { client, unwrap } from "./http";
import type { components } from "./schema";

export type Guidance = components["schemas"]["Guidance"];
export type GuidanceCheck = components["schemas"]["GuidanceCheck"];

const kGuidance = "/api/v1/diagnosis/guidance" as const;
const kTriedDiagnoses = 50;

/** The newest version; version 0 where there is none. */
export const getGuidance = async (): Promise<Guidance> =>
  // YAML comes only to those who ask for it.
  (await unwrap(client.GET(kGuidance, { headers: { accept: "application/json" } }))) as Guidance;

/** What the rules would change among the last diagnoses; throws ProblemError with every fault and its line. */
export const checkGuidance = (yaml: string) =>
  unwrap(
    client.POST(`${kGuidance}/check`, {
      params: { query: { last: kTriedDiagnoses } },
      body: { yaml },
      headers: { "content-type": "application/json" },
    }),
  );

export const putGuidance = (yaml: string) =>
  unwrap(client.PUT(kGuidance, { body: { yaml }, headers: { "content-type": "application/json" } }));
