import type { JSX } from 'preact';
import { formatCount } from '../../base/format';
import type { ThemeWatcher } from '../canvas/theme';
import { IconButton } from '../view/icons';
import { useChanges } from '../view/useChanges';
import { Chart } from './chart/chart';
import { OptionsBar } from './optionsBar';
import { QueryField } from './query/queryField';
import { ResultList } from './results/resultList';
import type { SearchActions } from './searchActions';
import { SearchEmpty } from './searchEmpty';
import type { SearchModel } from './searchModel';
import { StatusLine } from './statusLine';

interface Props {
  readonly model: SearchModel;
  readonly actions: SearchActions;
  readonly themes: ThemeWatcher;
}

/** The search page. */
export function SearchApp({ model, actions, themes }: Props): JSX.Element {
  useChanges(model.onDidChange);
  useChanges(model.results.onDidChange, ['rows']);
  const { results, check, query, running, source } = model;
  const changed = (): void => actions.changed();
  return (
    <main class="search-page">
      {running && <div class="progress" role="progressbar" aria-label="Searching" />}
      <div class="search-head" role="search">
        <div class="query-row">
          <QueryField
            query={query}
            problems={check.problems}
            notes={check.notes}
            recent={model.recent}
            complete={(text, offset) => actions.complete(text, offset)}
            onInput={(text) => actions.typed(text)}
            onRun={(text) => {
              if (text !== query) model.setQuery(text);
              actions.run();
            }}
          />
          {running ? (
            <IconButton icon="stop" label="Stop the search (Escape)" onClick={() => actions.stop()} />
          ) : (
            <IconButton icon="run" label="Search (Enter)" onClick={() => actions.run()} />
          )}
        </div>
        <OptionsBar model={model} onChange={changed} />
      </div>
      {source !== undefined && !source.isEmbedded && (
        <p class="source-line">
          In <bdi>{source.name}</bdi>
        </p>
      )}
      <Chart results={results} themes={themes} onOpen={(item) => actions.open(item)} />
      <StatusLine results={results} words={statusWords(model)}>
        <HiddenWords model={model} actions={actions} />
      </StatusLine>
      {results.items.length === 0 ? (
        <SearchEmpty model={model} actions={actions} />
      ) : (
        <ResultList
          results={results}
          themes={themes}
          label="Traces found"
          onOpen={(item) => actions.open(item)}
          onCopy={(item) => actions.copyId(item)}
          onScroll={changed}
        />
      )}
    </main>
  );
}

/** What the list is: `Searching… 120`, `200 traces, there are more`. */
function statusWords({ phase, results, asked }: SearchModel): string {
  const count = results.items.length;
  const traces = `${formatCount(count)} trace${count === 1 ? '' : 's'}`;
  if (phase.kind === 'running') return count === 0 ? 'Searching…' : `Searching… ${traces} so far`;
  if (phase.kind === 'idle' || count === 0) return '';
  if (phase.outcome.kind === 'stopped') return `${traces}, stopped`;
  if (phase.outcome.kind === 'failed') return `${traces}, then: ${phase.outcome.message}`;
  const [problem] = phase.outcome.problems;
  if (problem !== undefined) return `${traces}, then: ${problem.message}`;
  return count + phase.outcome.hidden >= (asked?.limit ?? Infinity) ? `${traces}, there may be more` : traces;
}

function HiddenWords({ model, actions }: Pick<Props, 'model' | 'actions'>): JSX.Element | false {
  const { phase, results } = model;
  const hidden = phase.kind === 'ended' && phase.outcome.kind === 'done' ? phase.outcome.hidden : 0;
  if (hidden === 0 || results.items.length === 0) return false;
  return (
    <span title="Health checks and static files, by spanlight.trace.hidden">
      {formatCount(hidden)} hidden ·{' '}
      <button type="button" class="link" onClick={() => actions.run(true)}>
        Show
      </button>
    </span>
  );
}
