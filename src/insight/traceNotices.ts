import type { Trace } from '../model/trace';

/** What was found wrong with a trace and what was done about it, a sentence each; empty for a sound trace. */
export function traceNotices(trace: Trace): string[] {
  const { roots, orphans, unfinished, negative, skewed, cycles, duplicates } = trace.problems;
  const notices: string[] = [];
  if (orphans > 0) {
    notices.push(
      `${spans(orphans, 'names a parent that never arrived; it is', 'name a parent that never arrived; they are')} shown as ${orphans === 1 ? 'a root' : 'roots'}.`,
    );
  }
  if (roots > 1) notices.push(`The trace has ${roots} spans without a parent; they are shown beside each other.`);
  if (cycles > 0) {
    notices.push(
      `${spans(cycles, 'is its own ancestor or hangs', 'are their own ancestors or hang')} below such a span; the circle was cut at its earliest span.`,
    );
  }
  if (duplicates > 0) {
    notices.push(
      `${spans(duplicates, 'has an id that was', 'have an id that was')} taken by another span of the trace; children of that id are shown below the first.`,
    );
  }
  if (unfinished > 0) {
    notices.push(`${spans(unfinished, 'has', 'have')} no start or no end and ${shown(unfinished)} with a length of 0.`);
  }
  if (negative > 0) {
    notices.push(
      `${spans(negative, 'ends before it starts', 'end before they start')} and ${shown(negative)} with a length of 0.`,
    );
  }
  if (skewed > 0) {
    notices.push(
      `${spans(skewed, 'lies', 'lie')} outside of the call that caused ${skewed === 1 ? 'it' : 'them'}: clocks differ. Times are shown as they were sent.`,
    );
  }
  return notices;
}

function spans(count: number, one: string, many: string): string {
  return count === 1 ? `1 span ${one}` : `${count.toLocaleString('en')} spans ${many}`;
}

function shown(count: number): string {
  return count === 1 ? 'is shown' : 'are shown';
}
