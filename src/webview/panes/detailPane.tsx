import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatDuration } from '../../base/format';
import { ROW, type SpanDetailsView } from '../../protocol/traceView';
import { displayText } from '../layout/displayText';
import type { DetailsState, SpanDetailsCache } from '../state/spanDetails';
import type { TraceSession } from '../state/traceSession';
import { AttributeTable } from './attributeTable';
import type { Commands } from '../view/commands';
import { GroupDetail } from './groupDetail';
import { IconButton } from '../view/icons';
import { Mark } from '../view/mark';
import { OverviewTab } from './overviewTab';
import { EventsTab, LinksTab, LogsTab } from './recordTabs';
import { Tabs, type Tab } from './tabs';
import { serviceColors, type ThemeWatcher } from '../canvas/theme';

interface Props {
  readonly session: TraceSession;
  readonly details: SpanDetailsCache;
  readonly commands: Commands;
  readonly themes: ThemeWatcher;
}

/** Walking with the keyboard does not ask for every span on the way. */
const REST_MS = 60;

/** The selected span in full. */
export function DetailPane({ session, details, commands, themes }: Props): JSX.Element {
  const row = session.selected;
  const state = details.peek(row);
  useEffect(() => {
    if (row < 0) return;
    const timer = setTimeout(() => details.load(row), REST_MS);
    return () => clearTimeout(timer);
  }, [row, details]);
  if (row < 0) return <aside class="detail" aria-label="Details" />;
  return (
    <aside class="detail" aria-label="Details">
      <DetailHead session={session} commands={commands} themes={themes} />
      {session.selectedGroup ? (
        <GroupDetail session={session} row={row} />
      ) : (
        <Tabs
          tabs={tabsOf(session, row, state, commands, () => details.load(row))}
          selected={session.detail.tab}
          onSelect={(tab) => commands.setDetail({ tab })}
        />
      )}
    </aside>
  );
}

function DetailHead({ session, commands, themes }: Omit<Props, 'details'>): JSX.Element {
  const { columns, trace } = session.index;
  const row = session.selected;
  const service = columns.service[row]!;
  const name = trace.names[columns.name[row]!]!;
  const mapped = (columns.flags[row]! & ROW.mapped) !== 0;
  const right = session.detail.side === 'right';
  return (
    <div class="detail-head">
      <Mark color={serviceColors(themes.current, trace.services)[service]!.solid} />
      <h2 class="detail-title" title={displayText(name)}>
        <bdi>{displayText(name) || '(no name)'}</bdi>
      </h2>
      <span class="muted detail-facts">
        <bdi>{displayText(trace.services[service]!, 60)}</bdi> · {formatDuration(columns.duration[row]!)}, own{' '}
        {formatDuration(columns.self[row]!)}
      </span>
      <span class="gap" />
      <IconButton
        icon="code"
        label="Go to source (F12)"
        disabled={!mapped}
        onClick={() => commands.openSource(false)}
      />
      <IconButton icon="filter" label="Find spans of this name" onClick={() => commands.filterBy('name', name)} />
      <IconButton icon="hide" label="Hide spans of this name" onClick={() => commands.filterBy('name', name, true)} />
      <IconButton
        icon={right ? 'bottom' : 'right'}
        label={right ? 'Move to the bottom' : 'Move to the right'}
        onClick={() => commands.setDetail({ side: right ? 'bottom' : 'right' })}
      />
      <IconButton icon="close" label="Close details (Esc)" onClick={() => commands.closeDetail()} />
    </div>
  );
}

function tabsOf(
  session: TraceSession,
  row: number,
  state: DetailsState,
  commands: Commands,
  retry: () => void,
): readonly Tab[] {
  const loaded = state.kind === 'loaded' ? state.details : undefined;
  const { columns } = session.index;
  const waiting = () => <Waiting state={state} retry={retry} />;
  const tab = (
    id: string,
    title: string,
    count: number | undefined,
    draw: (details: SpanDetailsView) => JSX.Element,
    empty: string,
  ): Tab => ({
    id,
    title,
    count,
    draw: () => (loaded === undefined ? waiting() : count === 0 ? <p class="note">{empty}</p> : draw(loaded)),
  });
  return [
    {
      id: 'overview',
      title: 'Overview',
      count: undefined,
      draw: () => (
        <>
          <OverviewTab session={session} row={row} commands={commands} details={loaded} />
          {state.kind === 'failed' && waiting()}
        </>
      ),
    },
    tab(
      'attributes',
      'Attributes',
      loaded?.attributes.length,
      (d) => <AttributeTable attributes={d.attributes} commands={commands} filterable />,
      'This span has no attributes.',
    ),
    tab(
      'events',
      'Events',
      loaded?.events.length ?? columns.eventCount[row],
      (details) => <EventsTab details={details} session={session} commands={commands} />,
      'This span has no events. Exceptions that are recorded on a span show here.',
    ),
    tab(
      'links',
      'Links',
      loaded?.links.length ?? columns.linkCount[row],
      (details) => <LinksTab details={details} session={session} commands={commands} />,
      'This span links to no other span.',
    ),
    tab(
      'logs',
      'Logs',
      loaded?.logs.length,
      (details) => <LogsTab details={details} session={session} commands={commands} />,
      'No log records of this span arrived. They show here if they are sent to the same address.',
    ),
    tab(
      'resource',
      'Resource',
      loaded?.resource.length,
      (d) => <AttributeTable attributes={d.resource} commands={commands} />,
      'The span came without a resource.',
    ),
  ];
}

function Waiting({ state, retry }: { readonly state: DetailsState; readonly retry: () => void }): JSX.Element {
  if (state.kind !== 'failed') return <p class="note">Loading…</p>;
  return (
    <p class="note" role="alert">
      The details could not be loaded: {displayText(state.message)}{' '}
      <button type="button" class="link" onClick={retry}>
        Try again
      </button>
    </p>
  );
}
