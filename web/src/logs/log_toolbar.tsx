/** Attempt, level, words, wrap, download. */
import { type FormEvent, useEffect, useState } from "react";
import { downloadLogs, type LogLevel, type LogPlace, type RunKey } from "../api/client";
import { AttemptField, WordsField } from "../parts/filter_fields";
import { ProblemNote } from "../parts/problem_note";
import { kLevels, type LogsSearch } from "../search";

interface Props {
  run: RunKey;
  place: LogPlace;
  attempts: number[];
  wrap: boolean;
  setWrap: (wrap: boolean) => void;
  change: (search: LogsSearch) => void;
  /** Null where the attempt is over: nothing comes any more. */
  follow: boolean | null;
  setFollow: (follow: boolean) => void;
}

export function LogToolbar({ run, place, attempts, wrap, setWrap, change, follow, setFollow }: Props) {
  const [typed, setTyped] = useState(place.keyword ?? "");
  useEffect(() => setTyped(place.keyword ?? ""), [place.keyword]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change({ keyword: typed === "" ? undefined : typed, row: undefined });
  };
  return (
    <form className="log-tools" aria-label="Filter log lines" onSubmit={submit}>
      <AttemptField
        attempt={place.attempt}
        attempts={attempts}
        change={(attempt) => change({ attempt, row: undefined })}
      />
      <label>
        Level
        <select
          value={place.level ?? ""}
          onChange={(event) =>
            change({
              level: (event.target.value || undefined) as LogLevel | undefined,
              row: undefined,
            })
          }
        >
          <option value="">all</option>
          {kLevels.map((level) => (
            <option key={level} value={level}>
              {level}
            </option>
          ))}
        </select>
      </label>
      <WordsField typed={typed} hint="any text, then Enter" setTyped={setTyped} />
      <label className="log-check">
        <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.target.checked)} /> Wrap
      </label>
      {follow !== null && (
        <label className="log-check">
          <input type="checkbox" checked={follow} onChange={(event) => setFollow(event.target.checked)} /> Follow
        </label>
      )}
      <Download run={run} place={place} />
    </form>
  );
}

function Download({ run, place }: { run: RunKey; place: LogPlace }) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const download = async () => {
    setBusy(true);
    setFault(null);
    try {
      save(
        await downloadLogs(run, place),
        `${run.dagId} ${run.runId} ${place.phase} ${place.attempt}.ndjson`.replace(/[^\w.+-]+/g, "_"),
      );
    } catch (error) {
      setFault(error);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" className="button button-small" onClick={download} disabled={busy}>
        {busy ? "Downloading…" : "Download NDJSON"}
      </button>
      {fault !== null && <ProblemNote error={fault} what="The download failed." />}
    </>
  );
}

function save(blob: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
