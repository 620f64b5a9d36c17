import type { JSX } from 'preact';
import { formatCount } from '../../base/format';
import type { SearchedSource, SearchOutcome } from '../../protocol/searchView';
import type { WayOut } from '../view/cures';
import { curesAsWays, NothingHere } from './nothingHere';
import type { SearchActions } from './searchActions';
import type { SearchModel } from './searchModel';
import { rangeLabel, rangeWords, widerRange } from './timeRange';

interface Props {
  readonly model: SearchModel;
  readonly actions: SearchActions;
}

const EXAMPLES = ['error', 'duration>500ms', '{ status = error && duration > 1s }', '{ } | count() > 20'];

/** The search page without results: before a search, after one that failed, and after one that found nothing. */
export function SearchEmpty({ model, actions }: Props): JSX.Element | null {
  const { phase, source } = model;
  if (phase.kind === 'running') return null;
  if (phase.kind === 'ended' && phase.outcome.kind === 'failed') {
    const ways = curesAsWays(['showOutput'], actions.cure);
    const again: WayOut = { label: 'Try Again', run: () => actions.run() };
    return <NothingHere isProblem title="The search failed" text={phase.outcome.message} ways={[again, ...ways]} />;
  }
  if (source?.problem !== undefined) {
    const ways = curesAsWays(['retryBackend', 'chooseBackend'], actions.cure);
    return (
      <NothingHere isProblem title={`${sourceName(source)} cannot be searched`} text={source.problem} ways={ways} />
    );
  }
  if (source?.isEmbedded === true && source.kept === 0) return <NothingReceived source={source} actions={actions} />;
  if (phase.kind === 'ended') return <NothingFound model={model} actions={actions} outcome={phase.outcome} />;
  return <BeforeSearch model={model} actions={actions} />;
}

function NothingReceived({
  source,
  actions,
}: {
  readonly source: SearchedSource;
  readonly actions: SearchActions;
}): JSX.Element {
  const listens = source.receiver === 'listening';
  const text = listens
    ? 'Start a service with an OpenTelemetry exporter that sends to Spanlight.'
    : 'Spanlight is not listening for traces, and no backend is chosen.';
  const ways = curesAsWays(
    listens ? ['copyExporterEnvironment', 'addBackend'] : ['startReceiver', 'addBackend'],
    actions.cure,
  );
  return <NothingHere title="No traces have arrived yet" text={text} ways={ways} />;
}

function NothingFound({ model, actions, outcome }: Props & { readonly outcome: SearchOutcome }): JSX.Element {
  const { source, range, asked } = model;
  if (outcome.kind === 'stopped') return <NothingHere title="Stopped before anything was found" />;
  if (outcome.kind === 'done' && outcome.problems.length > 0) {
    const [problem] = outcome.problems;
    return <NothingHere title="The query cannot be run" text={problem?.message} />;
  }
  const hidden = outcome.kind === 'done' ? outcome.hidden : 0;
  const place = source === undefined || source.isEmbedded ? '' : ` in ${source.name}`;
  const time = rangeWords(range);
  const reasons: string[] = [];
  if (time !== '') reasons.push(`Searched was what began ${time}.`);
  const ways: WayOut[] = [];
  if (hidden > 0) {
    const those = hidden === 1 ? 'One trace matches but is' : `${formatCount(hidden)} traces match but are`;
    reasons.push(`${those} left out of lists: health checks and static files, by spanlight.trace.hidden.`);
    ways.push({ label: hidden === 1 ? 'Show It' : 'Show Them', run: () => actions.run(true) });
  }
  const wider = widerRange(range.key, source?.isEmbedded === true);
  if (wider !== undefined) {
    const search = (): void => {
      model.setOptions({ range: { key: wider, from: '', to: '' } });
      actions.run();
    };
    ways.push({ label: `Search ${rangeLabel(wider)}`, run: search });
  }
  if (hidden > 0) ways.push(...curesAsWays(['openSettings'], actions.cure));
  const title = asked?.query === '' ? `No traces${place}` : `No trace${place} matches`;
  return <NothingHere title={title} reasons={reasons} ways={ways} />;
}

function BeforeSearch({ model, actions }: Props): JSX.Element {
  const search = (query: string): void => {
    model.setQuery(query);
    actions.run();
  };
  const queries = model.recent.length > 0 ? model.recent.slice(0, 6) : EXAMPLES;
  const name = model.source === undefined ? 'traces' : `the traces of ${sourceName(model.source)}`;
  return (
    <NothingHere title={`Search ${name}`} text="Enter alone lists the latest.">
      <div class="suggested">
        <h3>{model.recent.length > 0 ? 'Recent' : 'For example'}</h3>
        {queries.map((query) => (
          <button key={query} type="button" class="link suggestion" onClick={() => search(query)}>
            <code>{query}</code>
          </button>
        ))}
      </div>
    </NothingHere>
  );
}

/** As in a sentence. */
export function sourceName({ name, isEmbedded }: SearchedSource): string {
  return isEmbedded ? 'what was received here' : name;
}
