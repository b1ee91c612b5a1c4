/** A time in UTC; the reader's own time on hover. */
import { sayTime } from "../text/time";

export function TimeText({ time }: { time: string | null | undefined }) {
  if (!time) return <span className="quiet">–</span>;
  return (
    <time dateTime={time} title={`${new Date(time).toLocaleString()} here`} className="time">
      {sayTime(time)}
    </time>
  );
}
