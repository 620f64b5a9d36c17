import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../base/format';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from './commands';
import { IconButton } from './icons';

interface Props {
  readonly session: TraceSession;
  readonly commands: Commands;
}

const TYPING_MS = 120;
const EXAMPLES = 'Search: checkout · service=payment-api · db.system=postgresql · error · duration > 100ms';

/** The filter box with its counter. Drawn again by its parent when the search changes. */
export function SearchBox({ session, commands }: Props): JSX.Element {
  const { search } = session;
  const { draft, later, now } = useDraft(session, commands);
  /** Clears what is in the box, searched for already or not; from an empty box the key goes on and leaves it. */
  const escape = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }) => {
    const typed = event.currentTarget.value !== '';
    const marked = search.matches !== undefined;
    if (typed || marked) now('');
    if (!typed && !marked) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const keys = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }) => {
    if (event.key === 'Escape') return escape(event);
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const asked = event.currentTarget.value;
    if (search.query !== asked) now(asked);
    else if (event.key === 'Enter') commands.nextMatch(event.shiftKey ? -1 : 1);
    if (event.key === 'ArrowDown') commands.focus('tree');
  };
  return (
    <div class="search" role="search">
      <input
        id="search"
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
      {(draft !== '' || search.matches !== undefined) && (
        <IconButton icon="close" label="Clear the search" onClick={() => now('')} />
      )}
      <span id="search-problem" class="search-problem" role="status">
        {search.problem}
      </span>
    </div>
  );
}

interface Draft {
  /** What is in the box. */
  readonly draft: string;
  /** Searches for a text once typing rests. */
  readonly later: (text: string) => void;
  /** Searches at once. */
  readonly now: (text: string) => void;
}

/** What is typed, and the search that follows it. */
function useDraft({ search }: TraceSession, commands: Commands): Draft {
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
  const now = (text: string) => {
    clearTimeout(timer.current);
    setDraft(text);
    searchFor(text);
  };
  return { draft, later, now };
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
