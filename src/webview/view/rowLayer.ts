import type { Disposable } from '../../base/disposable';
import { formatDuration } from '../../base/format';
import { displayText } from '../layout/displayText';
import { ROW_HEIGHT, type ScrollModel } from '../layout/scrollModel';
import { STATUS_ERROR } from '../layout/traceIndex';
import type { TraceSession } from '../state/traceSession';

const CELLS = ['name', 'service', 'start', 'duration', 'status'] as const;

interface RowElement {
  readonly row: HTMLElement;
  readonly cells: readonly HTMLElement[];
}

/**
 * The lines in sight as elements of a treegrid, over the canvas and without paint of their own: what screen readers
 * read. Elements are reused; there are never more than lines in sight, and the selected one.
 */
export class RowLayer implements Disposable {
  private readonly pool: RowElement[] = [];

  constructor(
    private readonly grid: HTMLElement,
    private readonly layer: HTMLElement,
  ) {}

  /** Writes what is seen now. */
  update(session: TraceSession, scroll: ScrollModel): void {
    const { first, end } = scroll.visibleLines();
    const selected = session.selectedLine;
    const lines = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
    if (selected >= 0 && (selected < first || selected >= end)) lines.push(selected);
    lines.forEach((line, i) => this.write(this.element(i), session, scroll, line));
    for (let i = lines.length; i < this.pool.length; i++) this.pool[i]!.row.remove();
    this.pool.length = Math.min(this.pool.length, lines.length);
    this.grid.setAttribute('aria-rowcount', String(session.rows.count + 1));
    if (selected >= 0) this.grid.setAttribute('aria-activedescendant', `line-${selected}`);
    else this.grid.removeAttribute('aria-activedescendant');
  }

  /** Takes the elements away: the next view of the same page brings its own. */
  dispose(): void {
    for (const { row } of this.pool) row.remove();
    this.pool.length = 0;
  }

  private element(i: number): RowElement {
    const known = this.pool[i];
    if (known !== undefined) return known;
    const row = document.createElement('div');
    row.setAttribute('role', 'row');
    row.className = 'row';
    const cells = CELLS.map((name) => {
      const cell = document.createElement('span');
      cell.setAttribute('role', 'gridcell');
      cell.className = `cell ${name}`;
      row.append(cell);
      return cell;
    });
    this.layer.append(row);
    const made = { row, cells };
    this.pool.push(made);
    return made;
  }

  private write({ row, cells }: RowElement, session: TraceSession, scroll: ScrollModel, line: number): void {
    row.id = `line-${line}`;
    row.style.transform = `translateY(${line * ROW_HEIGHT - scroll.top}px)`;
    row.setAttribute('aria-rowindex', String(line + 2));
    row.setAttribute('aria-level', String(session.rows.level[line]! + 1));
    row.setAttribute('aria-selected', String(line === session.selectedLine));
    const collapsed = session.collapsedAt(line);
    if (collapsed === undefined) row.removeAttribute('aria-expanded');
    else row.setAttribute('aria-expanded', String(!collapsed));
    lineTexts(session, line).forEach((text, i) => (cells[i]!.textContent = text));
  }
}

/** What is read out for a line, in the order of the columns. */
export function lineTexts(session: TraceSession, line: number): string[] {
  const { columns, trace, groups } = session.index;
  const row = session.rows.row[line]!;
  const group = session.rows.group[line]!;
  const name = displayText(trace.names[columns.name[row]!]!) || '(no name)';
  const service = displayText(trace.services[columns.service[row]!]!);
  const start = formatDuration(columns.start[row]!);
  if (group >= 0) {
    const failed = session.index.errorsIn(groups.first[group]!, groups.end[group]!);
    const total = formatDuration(session.index.totalOf(group));
    return [
      `${name}, ${groups.size[group]} times`,
      service,
      start,
      `${total} in all`,
      failed > 0 ? `${failed} failed` : '',
    ];
  }
  const failed = columns.status[row] === STATUS_ERROR;
  const below = session.collapsedAt(line) === true && session.index.errorsIn(row + 1, columns.subtreeEnd[row]!) > 0;
  const status = failed ? 'failed' : below ? 'failed inside' : '';
  return [name, service, start, formatDuration(columns.duration[row]!), status];
}
