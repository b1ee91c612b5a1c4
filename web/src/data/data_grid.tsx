/** Rows and columns; only those on the screen exist. One cell is active: arrow keys move it, Enter shows all of it. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { DataPage } from "../api/client";
import type { LogWindow } from "../logs/log_window";
import { type Cell, isNumber, moveCell, oneLine, sayCell, widthOf } from "./cells";
import type { DataRows } from "./use_data_rows";

const kRowPixels = 28;
const kHeadPixels = 46;
const kRowNamePixels = 84;

interface Props {
  rows: DataRows;
  page: DataPage;
  window: LogWindow;
  /** The row that a link leads to, by its index in the list. */
  target: number | null;
  marked: number | null;
  open: (column: string, row: Record<string, unknown>) => void;
}

export function DataGrid({ rows, page, window: shown, target, marked, open }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const columns = useMemo(() => page.columns.filter((column) => column.name !== "_row"), [page.columns]);
  // The widths of the first page are kept: columns that move while one scrolls cannot be read.
  const [sample] = useState(page.items);
  const widths = useMemo(() => columns.map((column) => widthOf(column, sample)), [columns, sample]);
  const down = useVirtualizer({
    count: shown.count,
    getScrollElement: () => box.current,
    estimateSize: () => kRowPixels,
    overscan: 12,
    paddingStart: kHeadPixels,
    scrollPaddingStart: kHeadPixels,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => widths[index] ?? 100,
    overscan: 3,
    paddingStart: kRowNamePixels,
    scrollPaddingStart: kRowNamePixels,
  });
  const [active, setActive] = useState<Cell>({ row: target ?? 0, column: 0 });
  const rowItems = down.getVirtualItems();
  const columnItems = across.getVirtualItems();
  const from = shown.first + (rowItems[0]?.index ?? 0);
  const to = shown.first + (rowItems.at(-1)?.index ?? -1);
  const { show } = rows;
  useEffect(() => show(from, to), [show, from, to]);
  const placed = useRef(false);
  useEffect(() => {
    if (target === null || placed.current) return;
    placed.current = true;
    down.scrollToIndex(target, { align: "center" });
  }, [down, target]);

  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === " ") {
      const row = rows.rowAt(shown.first + active.row);
      const column = columns[active.column];
      if (row && column) open(column.name, row);
      event.preventDefault();
      return;
    }
    const height = box.current?.clientHeight ?? kRowPixels;
    const size = { rows: shown.count, columns: columns.length, page: Math.max(1, Math.floor(height / kRowPixels) - 2) };
    const next = moveCell(event.key, event.ctrlKey || event.metaKey, active, size);
    if (!next || event.altKey) return;
    event.preventDefault();
    setActive(next);
    down.scrollToIndex(next.row);
    across.scrollToIndex(next.column);
  };
  const cellId = (row: number, column: number) => `cell-${row}-${column}`;
  return (
    <div
      ref={box}
      role="grid"
      aria-label="Data rows"
      aria-rowcount={page.total + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={cellId(active.row, active.column)}
      tabIndex={0}
      className="grid-box"
      onKeyDown={press}
    >
      <div role="rowgroup" className="grid-rows" style={{ height: down.getTotalSize(), width: across.getTotalSize() }}>
        <div role="row" aria-rowindex={1} tabIndex={-1} className="grid-head" style={{ height: kHeadPixels }}>
          <div
            role="columnheader"
            tabIndex={-1}
            aria-colindex={1}
            className="grid-corner"
            style={{ width: kRowNamePixels }}
          >
            Row
          </div>
          {columnItems.map((item) => {
            const column = columns[item.index];
            return (
              <div
                key={item.key}
                role="columnheader"
                tabIndex={-1}
                aria-colindex={item.index + 2}
                className="grid-name"
                style={{ width: item.size, transform: `translateX(${item.start}px)` }}
                title={`${column?.name} ${column?.type}`}
              >
                {column?.name}
                <span className="grid-type">{column?.type}</span>
              </div>
            );
          })}
        </div>
        {rowItems.map((rowItem) => {
          const index = shown.first + rowItem.index;
          const row = rows.rowAt(index);
          const number = typeof row?._row === "number" ? row._row : null;
          return (
            <div
              key={rowItem.key}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 2}
              data-row={number}
              className={`grid-row ${number !== null && number === marked ? "grid-marked" : ""}`}
              style={{ height: kRowPixels, width: across.getTotalSize(), transform: `translateY(${rowItem.start}px)` }}
            >
              <div
                role="rowheader"
                tabIndex={-1}
                aria-colindex={1}
                className="grid-number"
                style={{ width: kRowNamePixels }}
              >
                {number ?? "…"}
              </div>
              {columnItems.map((item) => {
                const column = columns[item.index];
                if (!column) return null;
                const cell = row ? sayCell(row[column.name]) : { text: "…", kind: "null" };
                const isActive = rowItem.index === active.row && item.index === active.column;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys, for its active cell
                  <div
                    key={item.key}
                    id={cellId(rowItem.index, item.index)}
                    role="gridcell"
                    tabIndex={-1}
                    aria-colindex={item.index + 2}
                    aria-selected={isActive}
                    className={`grid-cell cell-${cell.kind} ${isNumber(column.type) ? "cell-right" : ""} ${isActive ? "cell-active" : ""}`}
                    style={{ width: item.size, transform: `translateX(${item.start}px)` }}
                    onClick={() => {
                      setActive({ row: rowItem.index, column: item.index });
                      if (row) open(column.name, row);
                    }}
                  >
                    {oneLine(cell.text)}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
