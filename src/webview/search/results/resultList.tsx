import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { TraceListItem } from '../../../protocol/backends';
import type { ThemeWatcher } from '../../canvas/theme';
import { useChanges } from '../../view/useChanges';
import { ResultRow, rowId } from './resultRow';
import type { ResultsModel } from './resultsModel';

interface Props {
  readonly results: ResultsModel;
  readonly themes: ThemeWatcher;
  readonly label: string;
  /** The URI of the trace file that the traces are in. */
  readonly file?: string;
  readonly onOpen: (item: TraceListItem) => void;
  readonly onCopy: (item: TraceListItem) => void;
  /** What is worth saving changed. */
  readonly onScroll: () => void;
}

/** The id of the list, for whoever gives it the keyboard. */
export const LIST_ID = 'results';
/** From this width on a trace takes one line. */
const WIDE = 560;
const ROW_HEIGHT = { wide: 24, narrow: 42 } as const;
/** Rows beyond the edges, so that scrolling shows no gap. */
const SPARE_ROWS = 6;
/** “4 min ago” grows old. */
const AGE_MS = 20_000;

/** The traces that were found: as many rows in the document as fit, however many there are. */
export function ResultList(props: Props): JSX.Element {
  const { results, themes, label } = props;
  useChanges(results.onDidChange);
  useChanges(themes.onDidChange);
  const list = useRef<HTMLDivElement>(null);
  const { width, height, top, setTop } = useViewport(list, results, props.onScroll);
  const now = useNow();
  const isWide = width >= WIDE;
  const rowHeight = isWide ? ROW_HEIGHT.wide : ROW_HEIGHT.narrow;
  const { shown, selectedIndex, fullBarNs } = results;
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || selectedIndex < 0) return;
    const at = selectedIndex * rowHeight;
    if (at < element.scrollTop) element.scrollTop = at;
    else if (at + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = at + rowHeight - element.clientHeight;
    }
    setTop(element.scrollTop);
  }, [results.selectedId, rowHeight]);
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE_ROWS);
  const last = Math.min(shown.length, Math.ceil((top + height) / rowHeight) + SPARE_ROWS);
  return (
    <div
      ref={list}
      id={LIST_ID}
      class={isWide ? 'results wide' : 'results'}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={selectedIndex < 0 ? undefined : rowId(selectedIndex)}
      data-vscode-context={contextOf(shown[selectedIndex], props.file)}
      onKeyDown={(event) => onKey(event, props, Math.max(1, Math.floor(height / rowHeight) - 1))}
      onFocus={() => {
        if (results.selectedIndex < 0) results.move(1);
      }}
    >
      <div class="results-space" style={{ height: `${shown.length * rowHeight}px` }}>
        {shown.slice(first, last).map((item, at) => (
          <ResultRow
            key={item.traceId}
            item={item}
            index={first + at}
            count={shown.length}
            top={(first + at) * rowHeight}
            isWide={isWide}
            isSelected={first + at === selectedIndex}
            fullBarNs={fullBarNs}
            nowMs={now}
            theme={themes.current}
            context={contextOf(item, props.file)}
            onSelect={() => results.select(item.traceId)}
            onOpen={() => props.onOpen(item)}
          />
        ))}
      </div>
    </div>
  );
}

/** What VS Code needs to know of a place for its context menu. */
function contextOf(item: TraceListItem | undefined, file: string | undefined): string | undefined {
  if (item === undefined) return undefined;
  const { traceId, matched = [] } = item;
  const own = {
    webviewSection: 'trace',
    traceId,
    spanId: matched[0] ?? '',
    file,
    preventDefaultContextMenuItems: true,
  };
  return JSON.stringify(own);
}

function onKey(event: TargetedKeyboardEvent<HTMLDivElement>, { results, onOpen, onCopy }: Props, page: number): void {
  const { selected } = results;
  const isCopy = event.key === 'c' && (event.ctrlKey || event.metaKey);
  if ((event.ctrlKey || event.metaKey || event.altKey) && !isCopy) return;
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  };
  const step = steps[event.key];
  if (step !== undefined) results.move(step);
  else if (selected !== undefined && (event.key === 'Enter' || event.key === ' ')) onOpen(selected);
  else if (selected !== undefined && (isCopy || event.key === 'y')) onCopy(selected);
  else if (event.key === 'Escape' && results.region !== undefined) results.setRegion(undefined);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), AGE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The size of the list and how far it is scrolled. */
function useViewport(list: { readonly current: HTMLDivElement | null }, results: ResultsModel, onScroll: () => void) {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [top, setTop] = useState(results.scrollTop);
  useLayoutEffect(() => {
    const element = list.current!;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    const scrolled = (): void => {
      results.scrollTop = element.scrollTop;
      setTop(element.scrollTop);
      onScroll();
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    element.scrollTop = results.scrollTop;
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', scrolled);
    };
  }, []);
  return { ...size, top, setTop };
}
