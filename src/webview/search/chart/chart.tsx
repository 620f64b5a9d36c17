import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatDuration } from '../../../base/format';
import type { TraceListItem } from '../../../protocol/backends';
import type { ThemeWatcher } from '../../canvas/theme';
import { useChanges } from '../../view/useChanges';
import type { ResultsModel } from '../results/resultsModel';
import { ScatterView } from './scatterView';

interface Props {
  readonly results: ResultsModel;
  readonly themes: ThemeWatcher;
  readonly onOpen: (item: TraceListItem) => void;
}

/** The chart over the list; nothing where there is nothing to compare. */
export function Chart({ results, themes, onOpen }: Props): JSX.Element | null {
  useChanges(results.onDidChange);
  const canvas = useRef<HTMLCanvasElement>(null);
  const open = useRef(onOpen);
  open.current = onOpen;
  const isShown = results.items.length > 1;
  useEffect(() => {
    if (canvas.current === null) return;
    const view = new ScatterView(canvas.current, results, themes, (item) => open.current(item));
    return () => view.dispose();
  }, [isShown, results]);
  if (!isShown) return null;
  return <canvas ref={canvas} class="chart" tabIndex={0} role="img" aria-label={chartWords(results)} />;
}

function chartWords({ items, selected, shown, region }: ResultsModel): string {
  const longest = items.reduce((most, { durationNs }) => Math.max(most, durationNs), 0);
  const errors = items.filter(({ errorCount }) => errorCount > 0).length;
  const words = [`Durations over time of ${items.length} traces, up to ${formatDuration(longest)}`];
  if (errors > 0) words.push(`${errors} with errors`);
  if (region !== undefined) words.push(`${shown.length} selected`);
  if (selected !== undefined) words.push(`at ${selected.rootName}, ${formatDuration(selected.durationNs)}`);
  return words.join(', ');
}
