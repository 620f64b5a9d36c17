import type { JSX } from 'preact';
import { formatCount } from '../../base/format';
import { useChanges } from '../view/useChanges';
import type { ResultsModel } from './results/resultsModel';

interface Props {
  readonly results: ResultsModel;
  /** What goes on, or how it ended; said to screen readers as well. */
  readonly words: string;
  /** Buttons behind the words. */
  readonly children?: JSX.Element | false | undefined;
}

/** How many there are, and what of them is shown. */
export function StatusLine({ results, words, children }: Props): JSX.Element {
  useChanges(results.onDidChange, ['rows']);
  const { items, shown, region } = results;
  return (
    <div class="status">
      <span class="status-words" role="status">
        {words}
      </span>
      {children}
      {region !== undefined && (
        <span>
          {formatCount(shown.length)} of {formatCount(items.length)} selected in the chart ·{' '}
          <button type="button" class="link" onClick={() => results.setRegion(undefined)}>
            Show All
          </button>
        </span>
      )}
    </div>
  );
}
