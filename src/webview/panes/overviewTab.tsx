import type { ComponentChildren, JSX } from 'preact';
import { formatDuration } from '../../base/format';
import type { SpanDetailsView, SuspectView } from '../../protocol/traceView';
import { problemSentences } from '../detail/problemText';
import { displayText } from '../layout/displayText';
import { kindName, spanIdOf } from '../layout/spanText';
import { STATUS_ERROR } from '../layout/traceIndex';
import type { TraceSession } from '../state/traceSession';
import type { Commands } from '../view/commands';
import { Icon, IconButton } from '../view/icons';

interface Props {
  readonly session: TraceSession;
  readonly row: number;
  readonly commands: Commands;
  /** Undefined until the host has answered; the columns tell enough meanwhile. */
  readonly details: SpanDetailsView | undefined;
}

/** Times, status, code and ids of one span. */
export function OverviewTab({ session, row, commands, details }: Props): JSX.Element {
  const { columns, trace } = session.index;
  const duration = columns.duration[row]!;
  const failed = columns.status[row] === STATUS_ERROR;
  const parent = columns.parent[row]!;
  const spanId = spanIdOf(columns, row);
  return (
    <div class="overview">
      {problemSentences(columns.flags[row]!).map((sentence) => (
        <p key={sentence} class="problem">
          <Icon name="info" /> {sentence}
        </p>
      ))}
      <dl>
        <Fact name="Duration">
          {formatDuration(duration)}
          <span class="muted">
            {' '}
            · own time {formatDuration(columns.self[row]!)}
            {ownShare(columns.self[row]!, duration)}
          </span>
        </Fact>
        <Fact name="Start">
          +{formatDuration(columns.start[row]!)}
          <span class="muted"> · {absoluteTime(trace.startMs + columns.start[row]! / 1e6)}</span>
        </Fact>
        <Fact name="Status">
          {failed ? <span class="failed">failed</span> : columns.status[row] === 1 ? 'ok' : 'not set'}
          {details !== undefined && details.statusMessage !== '' && <bdi> · {displayText(details.statusMessage)}</bdi>}
        </Fact>
        <Fact name="Kind">{kindName(columns.kind[row]!)}</Fact>
        <Fact name="Code">
          <CodePlace details={details} commands={commands} row={row} />
        </Fact>
        <Fact name="Parent">
          {parent >= 0 ? (
            <button type="button" class="link" onClick={() => session.reveal(parent)}>
              {displayText(trace.names[columns.name[parent]!]!, 80) || '(no name)'}
            </button>
          ) : (
            (details?.parentSpanId ?? '') || 'none'
          )}
        </Fact>
        {details?.suspects?.map((suspect) => (
          <Fact key={suspect.file + suspect.line} name="May be lost at">
            <SuspectPlace suspect={suspect} commands={commands} />
          </Fact>
        ))}
        <Fact name="Span id">
          <code>{spanId}</code>
          <IconButton icon="copy" label="Copy span id" onClick={() => commands.copy(spanId, 'the span id')} />
        </Fact>
        {details !== undefined && details.scope.name !== '' && (
          <Fact name="Scope">
            <bdi>{displayText(details.scope.name)}</bdi> <span class="muted">{displayText(details.scope.version)}</span>
          </Fact>
        )}
        {details !== undefined && details.traceState !== '' && (
          <Fact name="Trace state">
            <bdi>{displayText(details.traceState)}</bdi>
          </Fact>
        )}
        {details !== undefined && droppedText(details) !== '' && <Fact name="Dropped">{droppedText(details)}</Fact>}
      </dl>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Where lint finds that the context is lost which would have been the parent. */
function SuspectPlace({ suspect, commands }: { suspect: SuspectView; commands: Commands }): JSX.Element {
  const { file, line, rule, message } = suspect;
  const name = displayText(file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1));
  return (
    <>
      <button type="button" class="link" title={displayText(message)} onClick={() => commands.openFrame(file, line)}>
        <bdi>{name}</bdi>:{line}
      </button>
      <span class="muted"> {rule}</span>
    </>
  );
}

function CodePlace({ details, commands, row }: Pick<Props, 'details' | 'commands' | 'row'>): JSX.Element {
  if (details === undefined) return <span class="muted">…</span>;
  const { source } = details;
  if ('reason' in source) return <span class="muted">{displayText(source.reason)}</span>;
  const file = displayText(decodeURIComponentSafely(source.uri.slice(source.uri.lastIndexOf('/') + 1)));
  return (
    <>
      <button
        type="button"
        class="link"
        title="Go to source (F12)"
        onClick={(event) => commands.openSource(event.ctrlKey || event.metaKey || event.altKey, row)}
      >
        <bdi>{displayText(source.symbol, 120)}</bdi> · {file}:{source.line + 1}
      </button>
      <span class="muted"> {displayText(source.why)}</span>
    </>
  );
}

/** A file's name out of a URI; text that is no valid escape is shown as it is. */
function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function ownShare(self: number, duration: number): string {
  if (duration <= 0) return '';
  const percent = Math.round((100 * self) / duration);
  return ` (${percent} %)`;
}

function absoluteTime(ms: number): string {
  const time = new Date(ms);
  if (Number.isNaN(time.getTime())) return '';
  return time.toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  });
}

function droppedText({ dropped }: SpanDetailsView): string {
  const parts = [
    dropped.attributes > 0 ? `${dropped.attributes} attributes` : '',
    dropped.events > 0 ? `${dropped.events} events` : '',
    dropped.links > 0 ? `${dropped.links} links` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${parts.join(', ')}, by the SDK before sending`;
}
