import type { JSX } from 'preact';
import { formatDuration } from '../../base/format';
import { SMALLEST_GROUP } from '../layout/siblingGroups';
import type { TraceSession } from '../state/traceSession';

/** A folded run of alike siblings as a whole: how many, how long, which is the slowest. */
export function GroupDetail({ session, row }: { readonly session: TraceSession; readonly row: number }): JSX.Element {
  const { index } = session;
  const group = index.groups.memberOf[row]!;
  const { slowest, fastest } = extremes(session, group);
  const size = index.groups.size[group]!;
  const { duration } = index.columns;
  const failed = index.errorsIn(index.groups.first[group]!, index.groups.end[group]!);
  return (
    <div class="tab-panel overview">
      <p>
        {size} alike spans, one after the other, under the same parent: {formatDuration(index.totalOf(group))} in all,{' '}
        {formatDuration(index.totalOf(group) / size)} each on average
        {failed > 0 && <span class="failed">, {failed} failed</span>}.
      </p>
      <p>
        <button type="button" class="link" onClick={() => session.reveal(slowest)}>
          Slowest {formatDuration(duration[slowest]!)}
        </button>
        {' · '}
        <button type="button" class="link" onClick={() => session.reveal(fastest)}>
          fastest {formatDuration(duration[fastest]!)}
        </button>
      </p>
      <p class="note">Runs of {SMALLEST_GROUP} or more fold into one line; → unfolds them.</p>
    </div>
  );
}

function extremes(session: TraceSession, group: number): { slowest: number; fastest: number } {
  const { groups, columns } = session.index;
  let slowest = groups.first[group]!;
  let fastest = slowest;
  for (let row = slowest; row < groups.end[group]!; row = columns.subtreeEnd[row]!) {
    if (columns.duration[row]! > columns.duration[slowest]!) slowest = row;
    if (columns.duration[row]! < columns.duration[fastest]!) fastest = row;
  }
  return { slowest, fastest };
}
