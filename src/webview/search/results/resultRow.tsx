import type { JSX } from 'preact';
import { formatCount, formatDuration } from '../../../base/format';
import { startWords } from '../../../base/when';
import type { TraceListItem } from '../../../protocol/backends';
import { serviceColors, type Theme } from '../../canvas/theme';
import { displayText } from '../../layout/displayText';
import { Icon } from '../../view/icons';
import { Mark } from '../../view/mark';

interface Props {
  readonly item: TraceListItem;
  readonly index: number;
  readonly count: number;
  /** Pixels from the top of the list. */
  readonly top: number;
  readonly isWide: boolean;
  readonly isSelected: boolean;
  readonly fullBarNs: number;
  readonly nowMs: number;
  readonly theme: Theme;
  /** For VS Code's context menu. */
  readonly context: string | undefined;
  readonly onSelect: () => void;
  readonly onOpen: () => void;
}

/** Services whose marks a row has room for. */
const MOST_MARKS = 6;

/** The id of a row, for `aria-activedescendant`. */
export function rowId(index: number): string {
  return `result-${index}`;
}

/** One trace: what it is, how long it took, what failed, who took part, when. */
export function ResultRow(props: Props): JSX.Element {
  const { item, index, top, isSelected, nowMs, theme } = props;
  const { rootService, rootName, startMs, durationNs, spanCount, errorCount } = item;
  const services = item.services ?? (rootService === '' ? [] : [rootService]);
  const colors = serviceColors(theme, services);
  const name = displayText(rootName) || '(no root)';
  const when = startWords(startMs, nowMs);
  const exact = new Date(startMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  const spans = spanCount > 0 ? plural(spanCount, 'span') : '';
  const failed = errorCount > 0 ? plural(errorCount, 'error') : '';
  const said = [
    name,
    displayText(rootService),
    formatDuration(durationNs),
    failed,
    spans,
    services.length > 1 ? plural(services.length, 'service') : '',
    when,
  ];
  return (
    <div
      id={rowId(index)}
      class={errorCount > 0 ? 'result with-errors' : 'result'}
      style={{ top: `${top}px` }}
      role="option"
      aria-selected={isSelected}
      aria-setsize={props.count}
      aria-posinset={index + 1}
      aria-label={said.filter((part) => part !== '').join(', ')}
      title={`${name}\n${displayText(services.join(', '))}\n${exact}\n${item.traceId}`}
      data-vscode-context={props.context}
      onMouseDown={props.onSelect}
      onClick={(event) => {
        if (event.button === 0) props.onOpen();
      }}
    >
      <span class="result-sign">{errorCount > 0 && <Icon name="error" />}</span>
      <bdi class="result-name">{name}</bdi>
      <bdi class="result-service">{displayText(rootService)}</bdi>
      <span class="result-time">{formatDuration(durationNs)}</span>
      <span class="result-bar">
        <i
          class={durationNs > props.fullBarNs ? 'bar cut' : 'bar'}
          style={{ width: `${barShare(durationNs, props.fullBarNs) * 100}%` }}
        />
      </span>
      <span class="result-marks">
        {colors.slice(0, MOST_MARKS).map(({ solid }, at) => (
          <Mark key={services[at]} color={solid} />
        ))}
        {services.length > MOST_MARKS && <span class="result-more">+{services.length - MOST_MARKS}</span>}
      </span>
      <span class="result-errors">{failed}</span>
      <span class="result-spans">{spans}</span>
      <span class="result-when">{when}</span>
    </div>
  );
}

/** Short traces keep a bar that can be seen. */
function barShare(durationNs: number, fullBarNs: number): number {
  return Math.min(1, Math.max(0.01, durationNs / fullBarNs));
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
