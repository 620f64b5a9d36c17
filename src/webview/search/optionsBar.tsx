import type { JSX } from 'preact';
import { formatCount } from '../../base/format';
import type { ResultsModel } from './results/resultsModel';
import { SORTS, type SortKey } from './results/resultOrder';
import { LIMITS, type SearchModel } from './searchModel';
import { RANGES, rangeLabel, type RangeChoice, type RangeKey } from './timeRange';

interface Props {
  readonly model: SearchModel;
  /** Something that changes what is found. */
  readonly onChange: () => void;
}

const SORT_WORDS: Readonly<Record<SortKey, string>> = {
  newest: 'Newest',
  slowest: 'Slowest',
  errors: 'Most errors',
};

/** What a search is made of besides its words. */
export function OptionsBar({ model, onChange }: Props): JSX.Element {
  const { range, options } = model;
  const set = (change: Parameters<SearchModel['setOptions']>[0]): void => {
    model.setOptions(change);
    onChange();
  };
  const keys = RANGES.filter((key) => key !== 'any' || model.source?.isEmbedded !== false);
  return (
    <div class="options">
      <select
        aria-label="Time range"
        title="Which traces are searched, by when they began"
        value={range.key}
        onChange={(event) => set({ range: { ...range, key: event.currentTarget.value as RangeKey } })}
      >
        {keys.map((key) => (
          <option key={key} value={key}>
            {rangeLabel(key)}
          </option>
        ))}
      </select>
      {range.key === 'custom' && <CustomRange range={range} onChange={(custom) => set({ range: custom })} />}
      <select
        class="limit"
        aria-label="Most traces"
        title="How many traces are listed at most"
        value={String(options.limit)}
        onChange={(event) => set({ limit: Number(event.currentTarget.value) })}
      >
        {LIMITS.map((limit) => (
          <option key={limit} value={String(limit)}>
            {formatCount(limit)}
          </option>
        ))}
      </select>
      <SortSelect results={model.results} onChange={onChange} />
      <label
        class="switch"
        title="http.status_code finds http.response.status_code as well, and the other way round: old and new names of OpenTelemetry’s attributes are the same"
      >
        <input
          type="checkbox"
          role="switch"
          checked={options.anySemconv}
          aria-label="Old and new attribute names are the same"
          onChange={(event) => set({ anySemconv: event.currentTarget.checked })}
        />
        Old = new names
      </label>
    </div>
  );
}

/** The order of a list. */
export function SortSelect({
  results,
  onChange,
}: {
  readonly results: ResultsModel;
  readonly onChange: () => void;
}): JSX.Element {
  return (
    <select
      class="order"
      aria-label="Order"
      title="Which traces come first"
      value={results.sort}
      onChange={(event) => {
        results.sortBy(event.currentTarget.value as SortKey);
        onChange();
      }}
    >
      {SORTS.map((sort) => (
        <option key={sort} value={sort}>
          {SORT_WORDS[sort]}
        </option>
      ))}
    </select>
  );
}

function CustomRange({
  range,
  onChange,
}: {
  readonly range: RangeChoice;
  readonly onChange: (range: RangeChoice) => void;
}): JSX.Element {
  return (
    <span class="custom-range">
      <input
        type="datetime-local"
        step="1"
        aria-label="From"
        value={range.from}
        onChange={(event) => onChange({ ...range, from: event.currentTarget.value })}
      />
      <input
        type="datetime-local"
        step="1"
        aria-label="To"
        value={range.to}
        onChange={(event) => onChange({ ...range, to: event.currentTarget.value })}
      />
    </span>
  );
}
