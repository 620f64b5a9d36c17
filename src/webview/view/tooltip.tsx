import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../../base/format';
import { problemSentences } from '../detail/problemText';
import { displayText } from '../layout/displayText';
import { kindName } from '../layout/spanText';
import { STATUS_ERROR } from '../layout/traceIndex';
import type { TraceSession } from '../state/traceSession';

export interface TooltipPlace {
  readonly line: number;
  /** Pointer, in the page. */
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly session: TraceSession;
  readonly place: TooltipPlace | undefined;
}

const DELAY_MS = 500;

/** The span under the resting pointer in a few words. */
export function Tooltip({ session, place }: Props): JSX.Element | null {
  const [shown, setShown] = useState<TooltipPlace | undefined>(undefined);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setShown(undefined);
    if (place === undefined) return;
    const timer = setTimeout(() => setShown(place), DELAY_MS);
    return () => clearTimeout(timer);
  }, [place?.line, place?.x, place?.y]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || shown === undefined) return;
    const { width, height } = element.getBoundingClientRect();
    const below = shown.y + 18 + height < window.innerHeight;
    element.style.left = `${Math.max(4, Math.min(shown.x + 12, window.innerWidth - width - 4))}px`;
    element.style.top = `${below ? shown.y + 18 : Math.max(4, shown.y - height - 8)}px`;
  }, [shown]);
  if (shown === undefined || shown.line >= session.rows.count) return null;
  return (
    <div ref={box} class="tooltip" role="tooltip">
      <TooltipText session={session} line={shown.line} />
    </div>
  );
}

function TooltipText({ session, line }: { readonly session: TraceSession; readonly line: number }): JSX.Element {
  const { columns, trace, groups } = session.index;
  const row = session.rows.row[line]!;
  const group = session.rows.group[line]!;
  const failed = columns.status[row] === STATUS_ERROR;
  const times =
    group >= 0
      ? `${groups.size[group]} in a row · ${formatDuration(session.index.totalOf(group))} in all`
      : `${formatDuration(columns.duration[row]!)}, own ${formatDuration(columns.self[row]!)}`;
  return (
    <>
      <div class="tooltip-name">
        <bdi>{displayText(trace.names[columns.name[row]!]!) || '(no name)'}</bdi>
      </div>
      <div class="tooltip-muted">
        <bdi>{displayText(trace.services[columns.service[row]!]!)}</bdi> · {kindName(columns.kind[row]!)}
        {failed && <span class="failed"> · failed</span>}
      </div>
      <div>{times}</div>
      <div class="tooltip-muted">starts at {formatDuration(columns.start[row]!)}</div>
      {problemSentences(columns.flags[row]!).map((sentence) => (
        <div key={sentence} class="tooltip-problem">
          {sentence}
        </div>
      ))}
    </>
  );
}
