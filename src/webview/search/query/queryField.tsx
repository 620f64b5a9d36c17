import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { QueryProblem } from '../../../protocol/backends';
import { CompletionList, optionId } from './completionList';
import { useCompletion, type Completer } from './useCompletion';

interface Props {
  readonly query: string;
  readonly problems: readonly QueryProblem[];
  readonly notes: readonly string[];
  readonly recent: readonly string[];
  readonly complete: Completer;
  readonly onInput: (query: string) => void;
  readonly onRun: (query: string) => void;
}

/** The id of the field, for whoever gives it the keyboard. */
export const QUERY_ID = 'query';
/** What a textarea is to browsers and screen readers, if not to preact's types. */
const COMBOBOX: object = { role: 'combobox' };
const HELP =
  'Words of a span’s name or service · service=orders · duration>100ms · error · { span.http.route = "/pay" }';

/**
 * The query with what is wrong underlined where it is, and completions below. A textarea cannot underline parts of its
 * text: a layer behind it has the same text in the same places, invisible but for the lines.
 */
export function QueryField(props: Props): JSX.Element {
  const { query, problems, notes, onInput, onRun } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | undefined>(undefined);
  const completion = useCompletion(props.complete, props.recent, (text, offset) => {
    caret.current = offset;
    onInput(text);
  });
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  }, [query]);
  // The list is about the text of a moment ago where the text was changed from outside.
  useEffect(() => {
    if (field.current !== document.activeElement) completion.close();
  }, [query]);
  const keys = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.isComposing) return;
    const { value, selectionStart } = event.currentTarget;
    if (completion.onKey(event, value, selectionStart)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      completion.close();
      onRun(value);
    } else return;
    event.stopPropagation();
  };
  const { list, active } = completion;
  return (
    <div class="query">
      <div class="query-box">
        <div class="query-lines" aria-hidden="true">
          <Underlined query={query} problems={problems} />
        </div>
        <textarea
          ref={field}
          id={QUERY_ID}
          class="query-text"
          rows={1}
          value={query}
          spellcheck={false}
          autocomplete="off"
          placeholder="Words or TraceQL"
          title={HELP}
          {...COMBOBOX}
          aria-label="Search traces"
          aria-autocomplete="list"
          aria-expanded={list !== undefined}
          aria-controls="completions"
          aria-activedescendant={list !== undefined && active >= 0 ? optionId(active) : undefined}
          aria-invalid={problems.length > 0}
          aria-describedby="query-words"
          onInput={(event) => {
            const { value, selectionStart } = event.currentTarget;
            onInput(value);
            completion.ask(value, selectionStart);
          }}
          onKeyDown={keys}
          onClick={(event) => completion.offerRecent(event.currentTarget.value)}
          onBlur={() => completion.close()}
        />
      </div>
      {list !== undefined && (
        <CompletionList
          items={list.items}
          active={active}
          problem={list.problem}
          onPick={(index) => completion.accept(index, field.current?.value ?? query)}
        />
      )}
      <WordsBelow problems={problems} notes={notes} />
    </div>
  );
}

/** What is wrong, and what is worth knowing, in sentences. */
function WordsBelow({ problems, notes }: Pick<Props, 'problems' | 'notes'>): JSX.Element {
  return (
    <div id="query-words" class="query-words" role="status">
      {problems.map(({ message }) => (
        <p key={message} class="query-problem">
          {message}
        </p>
      ))}
      {notes.map((note) => (
        <p key={note} class="query-note">
          {note}
        </p>
      ))}
    </div>
  );
}

/** The text with the problems underlined; one at its end gets a blank of its own. */
function Underlined({
  query,
  problems,
}: {
  readonly query: string;
  readonly problems: readonly QueryProblem[];
}): JSX.Element {
  const parts: (string | JSX.Element)[] = [];
  let at = 0;
  for (const { from, to } of [...problems].sort((a, b) => a.from - b.from)) {
    const start = Math.min(Math.max(from, at), query.length);
    const end = Math.min(Math.max(to, start), query.length);
    parts.push(query.slice(at, start));
    const text = query.slice(start, end);
    parts.push(
      <span key={start} class="wrong">
        {text.trim() === '' ? '\u00a0' : text}
      </span>,
    );
    at = end;
  }
  // A last line that is empty has a height only with something in it.
  return (
    <>
      {parts}
      {query.slice(at)}
      {'\u200b'}
    </>
  );
}
