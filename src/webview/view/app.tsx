import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Event } from '../../base/event';
import type { PageModel } from '../state/pageModel';
import type { SpanDetailsCache } from '../state/spanDetails';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from './commands';
import { DetailPane } from '../panes/detailPane';
import { Header } from './header';
import { HelpDialog } from './helpDialog';
import { Legend } from './legend';
import { Placeholder } from './placeholder';
import { Splitter } from './splitter';
import type { ThemeWatcher } from '../canvas/theme';
import { Toolbar } from './toolbar';
import { useChanges } from './useChanges';
import { Waterfall } from './waterfall';

export interface AppProps {
  readonly page: PageModel;
  readonly commands: Commands;
  readonly themes: ThemeWatcher;
  /** Details of the trace on show. */
  readonly details: SpanDetailsCache;
  readonly onDetails: Event<number>;
  readonly onScroll: () => void;
}

/** The whole page. */
export function App(props: AppProps): JSX.Element {
  const { page, commands } = props;
  useChanges(page.onDidChange);
  return (
    <>
      <Content {...props} />
      {page.helpOpen && <HelpDialog commands={commands} />}
      <div class="announcement" role="status" aria-live="polite">
        {page.announcement}
      </div>
    </>
  );
}

function Content(props: AppProps): JSX.Element {
  const { commands } = props;
  const { content } = props.page;
  switch (content.kind) {
    case 'loading':
      return (
        <Placeholder busy title="Loading the trace…" text="Spanlight collects its spans. Large traces take a moment." />
      );
    case 'failed':
      return (
        <Placeholder
          title="The trace cannot be shown"
          text={content.message}
          cures={content.cures}
          onCure={(cure) => commands.cure(cure)}
        />
      );
    case 'trace':
      if (content.session.index.count === 0) {
        return (
          <Placeholder
            title="This trace has no spans"
            text="None has arrived yet, or they were dropped to make room. Run the request again, then open its new trace."
          />
        );
      }
      return <TracePage key={content.session.trace.traceId} {...props} session={content.session} />;
  }
}

const NO_EVENTS: readonly number[] = [];

function TracePage(props: AppProps & { readonly session: TraceSession }): JSX.Element {
  const { session, commands, themes, details, onDetails, onScroll } = props;
  useChanges(session.onDidChange, ['selection', 'options']);
  useChanges(onDetails);
  const state = details.peek(session.selected);
  const events = useMemo(() => {
    if (state.kind !== 'loaded' || state.details.events.length === 0) return NO_EVENTS;
    const start = session.index.columns.start[session.selected] ?? 0;
    return state.details.events.slice(0, 500).map((event) => start + event.offsetNs);
  }, [state]);
  const { detail } = session;
  const basis = `${detail.size * 100}%`;
  return (
    <main class="trace">
      <Header session={session} commands={commands} />
      <Toolbar session={session} commands={commands} />
      <Legend session={session} commands={commands} themes={themes} />
      <div class={`body ${detail.side}`}>
        <Waterfall session={session} commands={commands} themes={themes} events={events} onScroll={onScroll} />
        {detail.open && (
          <div class="detail-place" style={{ flexBasis: basis }}>
            <DetailPane session={session} details={details} commands={commands} themes={themes} />
          </div>
        )}
        {detail.open && (
          <Splitter
            orientation={detail.side === 'right' ? 'vertical' : 'horizontal'}
            label="Size of the details"
            share={1 - detail.size}
            onChange={(share) => commands.setDetail({ size: Math.min(0.85, Math.max(0.12, 1 - share)) })}
          />
        )}
      </div>
    </main>
  );
}
