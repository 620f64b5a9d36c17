import type { JSX } from 'preact';
import { formatDuration } from '../../base/format';
import type { AttributeView, SpanDetailsView } from '../../protocol/traceView';
import { displayBlock, displayText } from '../layout/displayText';
import { rowOfSpanId } from '../layout/spanText';
import type { TraceSession } from '../state/traceSession';
import { AttributeTable } from './attributeTable';
import type { Commands } from '../view/commands';
import { StackTrace } from './stackTrace';

interface Props {
  readonly details: SpanDetailsView;
  readonly session: TraceSession;
  readonly commands: Commands;
}

interface RecordProps {
  readonly attributes: readonly AttributeView[];
  readonly commands: Commands;
}

const STACK = 'exception.stacktrace';
/** More records are counted, not drawn. */
const MOST_SHOWN = 200;

/** The span's events by time; exceptions with their stack. */
export function EventsTab({ details, commands }: Props): JSX.Element {
  return (
    <ol class="records">
      {details.events.slice(0, MOST_SHOWN).map((event, i) => (
        <li key={i} class={event.name === 'exception' ? 'record failed-record' : 'record'}>
          <div class="record-head">
            <span class="record-time">+{formatDuration(event.offsetNs)}</span>
            <strong>
              <bdi>{displayText(event.name) || '(no name)'}</bdi>
            </strong>
            <span class="record-words">
              <bdi>{exceptionWords(event.attributes)}</bdi>
            </span>
          </div>
          <RecordBody attributes={event.attributes} commands={commands} />
        </li>
      ))}
      <More shown={MOST_SHOWN} all={details.events.length} what="events" />
    </ol>
  );
}

/** Log records of the span, and what they carry. */
export function LogsTab({ details, commands }: Props): JSX.Element {
  return (
    <ol class="records">
      {details.logs.slice(0, MOST_SHOWN).map((log, i) => (
        <li key={i} class={/^(err|fatal)/i.test(log.severity) ? 'record failed-record' : 'record'}>
          <div class="record-head">
            <span class="record-time">+{formatDuration(log.offsetNs)}</span>
            <span class={`severity ${log.severity.toLowerCase().replace(/[^a-z]/g, '')}`}>
              {displayText(log.severity, 20)}
            </span>
            <WrittenAt attributes={log.attributes} commands={commands} />
          </div>
          <p class="log-body" dir="auto">
            {displayBlock(log.body.slice(0, 10_000))}
          </p>
          <RecordBody attributes={log.attributes} commands={commands} />
        </li>
      ))}
      <More shown={MOST_SHOWN} all={details.logs.length} what="log records" />
    </ol>
  );
}

/** The line that wrote a record, where its logger says so: semantic conventions since 1.30, or their names before. */
function WrittenAt({ attributes, commands }: RecordProps): JSX.Element | null {
  const value = (...keys: readonly string[]) => attributes.find(({ key }) => keys.includes(key))?.value ?? '';
  const file = value('code.file.path', 'code.filepath');
  const line = Number(value('code.line.number', 'code.lineno'));
  if (file === '' || !Number.isInteger(line) || line < 1) return null;
  const shown = file.split(/[\\/]/).at(-1) ?? '';
  return (
    <button type="button" class="link" title="Open in the workspace" onClick={() => commands.openFrame(file, line)}>
      {displayText(`${shown}:${line}`, 80)}
    </button>
  );
}

/** Spans of this and other traces that this span names. */
export function LinksTab({ details, session, commands }: Props): JSX.Element {
  const { trace, columns, count } = session.index;
  const open = (traceId: string, spanId: string) => {
    const row = traceId === trace.traceId ? rowOfSpanId(columns, count, spanId) : -1;
    if (row >= 0) session.reveal(row);
    else commands.openTrace(traceId, spanId);
  };
  return (
    <ol class="records">
      {details.links.slice(0, MOST_SHOWN).map((link, i) => (
        <li key={i} class="record">
          <div class="record-head">
            <button type="button" class="link" onClick={() => open(link.traceId, link.spanId)}>
              {link.traceId === trace.traceId ? 'Span of this trace' : 'Open trace'}
            </button>
            <code>{displayText(link.traceId, 40)}</code>
            <code class="muted">{displayText(link.spanId, 20)}</code>
          </div>
          <RecordBody attributes={link.attributes} commands={commands} />
        </li>
      ))}
      <More shown={MOST_SHOWN} all={details.links.length} what="links" />
    </ol>
  );
}

function RecordBody({ attributes, commands }: RecordProps): JSX.Element {
  const stack = attributes.find((attribute) => attribute.key === STACK)?.value ?? '';
  const rest = attributes.filter((attribute) => attribute.key !== STACK);
  return (
    <>
      {rest.length > 0 && <AttributeTable attributes={rest} commands={commands} grouped={false} />}
      {stack !== '' && <StackTrace stack={stack} commands={commands} />}
    </>
  );
}

function More({
  shown,
  all,
  what,
}: {
  readonly shown: number;
  readonly all: number;
  readonly what: string;
}): JSX.Element | null {
  return all > shown ? (
    <li class="note">
      and {all - shown} more {what}
    </li>
  ) : null;
}

function exceptionWords(attributes: readonly AttributeView[]): string {
  const value = (key: string) => attributes.find((attribute) => attribute.key === key)?.value ?? '';
  const type = value('exception.type');
  const message = value('exception.message');
  return displayText(type !== '' && message !== '' ? `${type}: ${message}` : type + message);
}
