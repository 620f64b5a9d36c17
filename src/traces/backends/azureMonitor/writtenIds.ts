import type { TraceId } from '../../../model/ids';

/** So many ids are remembered that are written otherwise than OpenTelemetry writes them. */
const MOST = 10_000;

/** How the ids of traces are written where they are kept: those of older SDKs are of other forms. */
export class WrittenIds {
  private readonly written = new Map<TraceId, string>();

  /** Remembers how an id was written. */
  note(id: TraceId, text: string): void {
    if (text === id || this.written.has(id)) return;
    if (this.written.size >= MOST) this.written.delete([...this.written.keys()][0]!);
    this.written.set(id, text);
  }

  /** How an id may be written: ids of 64 bits with and without the zeros in front. */
  of(id: TraceId): string[] {
    const short = id.replace(/^0{16}/, '');
    const other = this.written.get(id);
    return [...new Set([id, short, ...(other === undefined ? [] : [other])])];
  }
}
