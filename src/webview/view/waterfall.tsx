import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from './commands';
import { listenToMinimap } from '../pointer/minimapPointer';
import { MinimapView } from './minimapView';
import { Splitter } from './splitter';
import type { ThemeWatcher } from '../canvas/theme';
import { Tooltip, type TooltipPlace } from './tooltip';
import { useChanges } from './useChanges';
import { listenToWaterfall } from '../pointer/waterfallPointer';
import { WaterfallView } from './waterfallView';

interface Props {
  readonly session: TraceSession;
  readonly commands: Commands;
  readonly themes: ThemeWatcher;
  readonly events: readonly number[];
  readonly onScroll: () => void;
}

const COLUMNS = ['Span', 'Service', 'Start', 'Duration', 'Status'];

/** Minimap, ruler and rows: markup for {@link WaterfallView} and {@link MinimapView}, which draw. */
export function Waterfall({ session, commands, themes, events, onScroll }: Props): JSX.Element {
  const minimap = useRef<HTMLCanvasElement>(null);
  const viewport = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ruler = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const rowLayer = useRef<HTMLDivElement>(null);
  const view = useRef<WaterfallView>(null);
  const [place, setPlace] = useState<TooltipPlace | undefined>(undefined);
  useEffect(() => {
    const elements = {
      viewport: viewport.current!,
      canvas: canvas.current!,
      ruler: ruler.current!,
      scroller: scroller.current!,
      spacer: spacer.current!,
      rowLayer: rowLayer.current!,
    };
    const made = new WaterfallView(elements, session, themes, onScroll);
    const small = new MinimapView(minimap.current!, session, themes);
    const owned = [
      listenToWaterfall(made, commands, (line, x, y) => setPlace(line < 0 ? undefined : { line, x, y })),
      listenToMinimap(small),
      small,
      made,
    ];
    view.current = made;
    return () => owned.forEach((item) => item.dispose());
  }, [session]);
  useEffect(() => view.current?.setEvents(events), [events]);
  return (
    <section class="waterfall" aria-label="Waterfall">
      <canvas ref={minimap} class="minimap" role="img" aria-label="The whole trace; drag to zoom" />
      <canvas ref={ruler} class="ruler" aria-hidden="true" />
      <div ref={viewport} class="viewport">
        <canvas ref={canvas} class="rows-canvas" aria-hidden="true" />
        <div
          ref={scroller}
          id="tree"
          class="scroller"
          role="treegrid"
          tabIndex={0}
          aria-label="Spans"
          aria-colcount={COLUMNS.length}
        >
          <div ref={rowLayer} class="row-layer" role="rowgroup">
            <div role="row" class="row head" aria-rowindex={1}>
              {COLUMNS.map((name) => (
                <span key={name} role="columnheader" class="cell">
                  {name}
                </span>
              ))}
            </div>
          </div>
          <div ref={spacer} class="spacer" role="presentation" />
        </div>
        <TreeSplitter session={session} />
      </div>
      <Tooltip session={session} place={place} />
    </section>
  );
}

function TreeSplitter({ session }: { readonly session: TraceSession }): JSX.Element {
  useChanges(session.onDidChange, ['options']);
  return (
    <Splitter
      orientation="vertical"
      label="Width of the tree"
      share={session.divider}
      onChange={(share) => session.setDivider(share)}
    />
  );
}
