/** Shapes that tell states apart without colour. Decoration: the word stands beside it. */
import type { ReactNode } from "react";
import type { Shape } from "../text/states";

const kPaths: Record<Shape, ReactNode> = {
  cross: (
    <>
      <path d="M5.5 1.5h5l4 4v5l-4 4h-5l-4-4v-5z" />
      <path d="m5.5 5.5 5 5m0-5-5 5" />
    </>
  ),
  target: (
    <>
      <path className="icon-solid" d="M5.5 1.5h5l4 4v5l-4 4h-5l-4-4v-5z" />
      <path className="icon-cut" d="M8 4.2v4.6M8 11.4v.2" />
    </>
  ),
  check: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="m5 8.2 2.2 2.2L11 6" />
    </>
  ),
  ring: (
    <>
      <circle cx="8" cy="8" r="6.5" opacity="0.3" />
      <path className="icon-turning" d="M8 1.5A6.5 6.5 0 0 1 14.5 8" />
    </>
  ),
  dots: (
    <>
      <circle cx="8" cy="8" r="6.5" strokeDasharray="2 2.1" />
      <path d="M8 5v3.2L10 9.5" />
    </>
  ),
  slash: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="m3.5 12.5 9-9" />
    </>
  ),
  chain: (
    <>
      <path d="M6.8 9.2a2.6 2.6 0 0 1 0-3.7l2-2a2.6 2.6 0 0 1 3.7 3.7l-.9.9" />
      <path d="M9.2 6.8a2.6 2.6 0 0 1 0 3.7l-2 2a2.6 2.6 0 0 1-3.7-3.7l.9-.9" />
    </>
  ),
  skip: <path d="m3 4 5 4-5 4zM9 4l5 4-5 4z" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M8 4v4l3 2" />
    </>
  ),
  bolt: <path d="M8 1.5 14.8 14H1.2zM8 6v3.6M8 11.8v.2" />,
  turn: <path d="M13.5 8A5.5 5.5 0 1 1 11.6 3.8M12 1v3.2H8.8" />,
};

export function Icon({ shape }: { shape: Shape }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {kPaths[shape]}
    </svg>
  );
}
