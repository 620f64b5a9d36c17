import type { JSX } from 'preact';
import { formatCount, formatDuration } from '../../base/format';
import { displayText } from '../layout/displayText';
import { quoteValue } from '../query/parseQuery';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from './commands';
import { Mark } from './mark';
import type { ThemeWatcher } from '../canvas/theme';
import { serviceColors } from '../canvas/theme';
import { useChanges } from './useChanges';

interface Props {
  readonly session: TraceSession;
  readonly commands: Commands;
  readonly themes: ThemeWatcher;
}

/** Rarely more services than this; the rest is counted. */
const SHOWN = 40;

/** The services with their colours; a click filters by one, another click takes the filter away. */
export function Legend({ session, commands, themes }: Props): JSX.Element {
  useChanges(themes.onDidChange);
  useChanges(session.onDidChange, ['search']);
  const colors = serviceColors(themes.current, session.trace.services);
  const { services } = session.index;
  const query = session.search.query.trim();
  const total = services.reduce((sum, service) => sum + service.selfNs, 0);
  return (
    <ul class="legend" aria-label="Services">
      {services.slice(0, SHOWN).map((service) => {
        const condition = `service=${quoteValue(service.name)}`;
        const share = shareText(total > 0 ? (100 * service.selfNs) / total : 0);
        const about = `${formatCount(service.spans)} spans, own time ${formatDuration(service.selfNs)} (${share})`;
        return (
          <li key={service.index}>
            <button
              type="button"
              class="service"
              aria-pressed={query === condition}
              title={`${displayText(service.name)}: ${about}. Click to find its spans.`}
              onClick={() => commands.search(query === condition ? '' : condition)}
            >
              <Mark color={colors[service.index]!.solid} />
              <bdi>{displayText(service.name, 60)}</bdi>
              <span class="share">{share}</span>
            </button>
          </li>
        );
      })}
      {services.length > SHOWN && <li class="more">and {services.length - SHOWN} more</li>}
    </ul>
  );
}

/** Something is never shown as nothing. */
function shareText(percent: number): string {
  return percent > 0 && percent < 1 ? '<1 %' : `${Math.round(percent)} %`;
}
