/** Turns to the part before or after, where a list is longer than a browser can scroll. */
import { kWindowLines, type LogWindow } from "../logs/log_window";

interface Props {
  shown: LogWindow;
  total: number;
  what: string;
  turn: (first: number) => void;
}

export function WindowTurner({ shown, total, what, turn }: Props) {
  if (total <= kWindowLines) return null;
  return (
    <div className="log-windows">
      <button
        type="button"
        className="button button-small"
        disabled={shown.first === 0}
        onClick={() => turn(shown.first - kWindowLines)}
      >
        Earlier {what}
      </button>
      <span className="quiet small">
        {shown.first.toLocaleString("en-US")} to {(shown.first + shown.count - 1).toLocaleString("en-US")}
      </span>
      <button
        type="button"
        className="button button-small"
        disabled={shown.first + shown.count >= total}
        onClick={() => turn(shown.first + kWindowLines)}
      >
        Later {what}
      </button>
    </div>
  );
}
