import type { JSX } from 'preact';
import { formatCount, formatDuration } from '../../base/format';
import { displayText } from '../layout/displayText';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from './commands';
import { Icon, IconButton } from './icons';

interface Props {
  readonly session: TraceSession;
  readonly commands: Commands;
}

/** What the trace is, in one line, and what is unusual about it, in the next. */
export function Header({ session, commands }: Props): JSX.Element {
  const { trace, index } = session;
  const title = displayText(trace.names[trace.columns.name[0] ?? 0] ?? '') || '(no name)';
  const service = displayText(trace.services[trace.columns.service[0] ?? 0] ?? '');
  const started = new Date(trace.startMs);
  return (
    <header class="header">
      <div class="headline">
        <h1 class="title" title={title}>
          <bdi>{title}</bdi>
        </h1>
        <span class="root-service">
          <bdi>{service}</bdi>
        </span>
        <ul class="facts" aria-label="Facts about the trace">
          <li class="strong">{formatDuration(trace.durationNs)}</li>
          <li>{plural(index.count, 'span')}</li>
          <li>{plural(index.services.length, 'service')}</li>
          {index.errors > 0 && (
            <li class="failed">
              <button type="button" class="link" title="Next error (e)" onClick={() => commands.nextError(1)}>
                <Icon name="error" />
                {plural(index.errors, 'error')}
              </button>
            </li>
          )}
          <li>
            <time dateTime={started.toISOString()} title={started.toISOString()}>
              {startText(started)}
            </time>
          </li>
          <li class="trace-id">
            <code title={trace.traceId}>{displayText(trace.traceId, 8)}</code>
            <IconButton icon="copy" label="Copy trace id (y)" onClick={() => commands.copyTraceId()} />
          </li>
        </ul>
      </div>
      {trace.notices.length > 0 && (
        <ul class="notices" aria-label="About this trace">
          {trace.notices.map((notice) => (
            <li key={notice}>
              <Icon name="info" />
              {displayText(notice)}
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

function plural(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;
}

function startText(started: Date): string {
  const today = new Date().toDateString() === started.toDateString();
  const time = started.toLocaleTimeString(undefined, { timeStyle: 'medium' });
  return today ? time : `${started.toLocaleDateString(undefined, { dateStyle: 'medium' })}, ${time}`;
}
