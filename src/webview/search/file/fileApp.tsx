import type { JSX } from 'preact';
import { formatCount } from '../../../base/format';
import type { FileContents } from '../../../protocol/searchView';
import type { ThemeWatcher } from '../../canvas/theme';
import { displayText } from '../../layout/displayText';
import { Icon } from '../../view/icons';
import { useChanges } from '../../view/useChanges';
import { Chart } from '../chart/chart';
import type { FileModel } from './fileModel';
import { curesAsWays, NothingHere } from '../nothingHere';
import { SortSelect } from '../optionsBar';
import { ResultList } from '../results/resultList';
import type { ListActions } from '../searchActions';
import { StatusLine } from '../statusLine';

interface Props {
  readonly model: FileModel;
  readonly actions: ListActions;
  readonly themes: ThemeWatcher;
}

/** The page of a trace file: reading, what could not be read, and the traces to choose from. */
export function FileApp(props: Props): JSX.Element {
  const { model, actions } = props;
  useChanges(model.onDidChange);
  const { state } = model;
  switch (state.kind) {
    case 'reading':
      return <Reading read={state.read} of={state.of} onStop={() => actions.stop()} />;
    case 'failed': {
      const ways = curesAsWays(state.cures, (cure) => actions.cure(cure));
      return (
        <main class="search-page">
          <NothingHere isProblem title="This file cannot be shown as traces" text={state.message} ways={ways} />
        </main>
      );
    }
    case 'read':
      return <Contents {...props} contents={state.contents} />;
  }
}

function Reading({
  read,
  of,
  onStop,
}: {
  readonly read: number;
  readonly of: number;
  readonly onStop: () => void;
}): JSX.Element {
  const percent = of > 0 ? Math.round((100 * read) / of) : 0;
  const text = of > 0 ? `${megabytes(read)} of ${megabytes(of)} MB` : '';
  return (
    <main class="search-page" aria-busy="true">
      <div class="nothing">
        <h2>Reading the file…</h2>
        <div
          class="meter"
          role="progressbar"
          aria-label="Reading the file"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
        >
          <i class="bar" style={{ width: `${percent}%` }} />
        </div>
        <p>{text}</p>
        <div class="cures">
          <button type="button" class="cure" onClick={onStop}>
            Cancel
          </button>
        </div>
      </div>
    </main>
  );
}

function Contents({ model, actions, themes, contents }: Props & { readonly contents: FileContents }): JSX.Element {
  const { results } = model;
  useChanges(results.onDidChange, ['rows']);
  return (
    <main class="search-page">
      <div class="search-head">
        <h1 class="file-title">
          <bdi>{displayText(contents.name)}</bdi>
        </h1>
        <p class="file-facts">
          {contents.format} · {plural(contents.total, 'trace')} · {plural(contents.spans, 'span')}
        </p>
        <ul class="file-notes">
          {contents.notes.map((note) => (
            <li key={note}>
              <Icon name="info" /> <span>{displayText(note)}</span>
            </li>
          ))}
        </ul>
        <div class="options">
          <input
            type="search"
            class="words"
            placeholder="Filter by service, name, error or trace id"
            aria-label="Filter the traces of this file"
            value={results.words}
            onInput={(event) => results.setWords(event.currentTarget.value)}
          />
          <SortSelect results={results} onChange={() => actions.changed()} />
        </div>
      </div>
      <Chart results={results} themes={themes} onOpen={(item) => actions.open(item)} />
      <StatusLine results={results} words={fileWords(contents, results.shown.length)} />
      <ResultList
        results={results}
        themes={themes}
        label="Traces of the file"
        file={contents.uri}
        onOpen={(item) => actions.open(item)}
        onCopy={(item) => actions.copyId(item)}
        onScroll={() => actions.changed()}
      />
    </main>
  );
}

function fileWords({ items, total }: FileContents, shown: number): string {
  const listed = total > items.length ? `The first ${formatCount(items.length)} of ${formatCount(total)} traces` : '';
  if (shown === items.length) return listed;
  return `${formatCount(shown)} of ${plural(items.length, 'trace')}`;
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
