import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { QueryCompletionItem } from '../../../protocol/queries';
import { displayText } from '../../layout/displayText';

/** What can be chosen: completions, and searches of before. */
export type Choice = Omit<QueryCompletionItem, 'kind'> & { readonly kind: QueryCompletionItem['kind'] | 'recent' };

interface Props {
  readonly items: readonly Choice[];
  /** -1: none. */
  readonly active: number;
  readonly problem: string | undefined;
  readonly onPick: (index: number) => void;
}

const SIGNS: Readonly<Record<Choice['kind'], string>> = {
  attribute: '@',
  value: '“”',
  keyword: 'ab',
  function: 'ƒ',
  operator: '=',
  recent: '↺',
};

/** The id of an entry, for `aria-activedescendant`. */
export function optionId(index: number): string {
  return `completion-${index}`;
}

/** The list under the query. */
export function CompletionList({ items, active, problem, onPick }: Props): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div class="completions">
      <ul ref={list} id="completions" role="listbox" aria-label="Completions">
        {items.map((item, index) => (
          <li
            key={`${item.kind} ${item.label}`}
            id={optionId(index)}
            class="completion"
            role="option"
            aria-selected={index === active}
            // The field keeps the keyboard.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(index)}
          >
            <span class={`completion-sign ${item.kind}`} aria-hidden="true">
              {SIGNS[item.kind]}
            </span>
            <bdi class="completion-label">{displayText(item.label)}</bdi>
            {item.detail !== undefined && <span class="completion-detail">{item.detail}</span>}
          </li>
        ))}
      </ul>
      {problem !== undefined && <p class="completion-problem">{problem}</p>}
    </div>
  );
}
