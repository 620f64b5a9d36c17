import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../base/format';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from './commands';
import { IconButton } from './icons';
import { useChanges } from './useChanges';

interface Props {
  readonly session: TraceSession;
  readonly commands: Commands;
}

const TYPING_MS = 120;
const EXAMPLES = 'Search: checkout · service=payment-api · db.system=postgresql · error · duration > 100ms';

/** The filter box with its counter, and the switches of the waterfall. */
export function Toolbar({ session, commands }: Props): JSX.Element {
  useChanges(session.onDidChange, ['search', 'options', 'selection']);
  return (
    <div class="toolbar" role="toolbar" aria-label="Trace">
      <SearchBox session={session} commands={commands} />
      <IconButton
        icon="filter"
        label="Hide what does not match"
        pressed={session.filterOnly}
        onClick={() => commands.toggleFilterOnly()}
      />
      <span class="gap" />
      <button
        type="button"
        class="toggle"
        aria-pressed={session.criticalPath}
        title="The chain of spans that the trace had to wait for (c)"
        onClick={() => commands.toggleCriticalPath()}
      >
        <i class="path-mark" /> Critical path
      </button>
      <IconButton
        icon="expand"
        label="Expand all ( ] )"
        onClick={() => session.fold((folding) => folding.expandAll())}
      />
      <IconButton
        icon="collapse"
        label="Collapse all ( [ )"
        onClick={() => session.fold((folding) => folding.collapseAll())}
      />
      <IconButton icon="fit" label="Show the whole trace (0)" onClick={() => session.showAll()} />
      <IconButton icon="help" label="Keys (?)" onClick={() => commands.toggleHelp()} />
    </div>
  );
}

function SearchBox({ session, commands }: Props): JSX.Element {
  const { search } = session;
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState(search.query);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const own = useRef(search.query);
  // Commands such as “filter by this” change the query from outside. What was typed here may be behind the typing.
  useEffect(() => {
    if (own.current === search.query) return;
    own.current = search.query;
    clearTimeout(timer.current);
    setDraft(search.query);
  }, [search.query]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const searchFor = (text: string) => {
    own.current = text;
    commands.search(text);
  };
  const later = (text: string) => {
    setDraft(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => searchFor(text), TYPING_MS);
  };
  const clear = () => {
    clearTimeout(timer.current);
    setDraft('');
    searchFor('');
  };
  /** Clears what is in the box, searched for already or not; from an empty box the key goes on and leaves it. */
  const escape = (event: KeyboardEvent) => {
    const typed = input.current?.value !== '';
    if (typed || search.query !== '') clear();
    if (!typed) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape') escape(event);
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    clearTimeout(timer.current);
    if (event.key === 'ArrowDown') commands.focus('tree');
    else if (search.query !== draft) searchFor(draft);
    else commands.nextMatch(event.shiftKey ? -1 : 1);
  };
  return (
    <div class="search" role="search">
      <input
        id="search"
        ref={input}
        type="text"
        spellcheck={false}
        autocomplete="off"
        value={draft}
        placeholder="Search and filter"
        title={EXAMPLES}
        aria-label="Search and filter spans"
        aria-describedby="search-problem"
        aria-invalid={search.problem !== undefined}
        onInput={(event) => later(event.currentTarget.value)}
        onKeyDown={keys}
      />
      <span class="counter" aria-live="polite">
        {counterText(session)}
      </span>
      <IconButton
        icon="up"
        label="Previous match (Shift+F3)"
        disabled={!search.matches?.rows.length}
        onClick={() => commands.nextMatch(-1)}
      />
      <IconButton
        icon="down"
        label="Next match (F3)"
        disabled={!search.matches?.rows.length}
        onClick={() => commands.nextMatch(1)}
      />
      {draft !== '' && <IconButton icon="close" label="Clear the search" onClick={clear} />}
      <span id="search-problem" class="search-problem" role="status">
        {search.problem}
      </span>
    </div>
  );
}

/** `3 of 12`, `12 matches`, `no match`, `searching…`; nothing without a search. */
function counterText(session: TraceSession): string {
  const { search } = session;
  if (search.searching) return 'searching…';
  if (search.matches === undefined) return '';
  const count = search.matches.rows.length;
  if (count === 0) return 'no match';
  const position = search.position(session.selected);
  if (position > 0) return `${position} of ${formatCount(count)}`;
  return count === 1 ? '1 match' : `${formatCount(count)} matches`;
}
