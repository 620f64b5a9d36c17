import { setImmediate as nextTurn } from 'node:timers/promises';
import { SpanlightError } from '../../base/errors';
import { LruMap } from '../../base/tables/lruMap';
import type { TraceId } from '../../model/ids';
import type { Trace } from '../../model/trace';
import type { BackendRequests, TraceListItem } from '../../protocol/backends';
import { summariseTrace } from '../../model/traceSummary';
import { BatchTraces, repeatsInWords } from '../../traces/batchTraces';
import type { FileWatch } from '../../traces/files/fileBytes';
import { readTraceFile } from '../../traces/files/readTraceFile';
import { troublesInWords, type TraceFile } from '../../traces/files/traceFileFormat';
import { pathOfUri } from '../workspace/uris';
import { traceListItem } from './traceSearch';

/** Files stay open while they have no more spans than this together. */
const MOST_SPANS = 2_000_000;
/** Traces of a file that are listed: each has to be built for its row. */
const MOST_LISTED = 2_000;

/** Rows are made this long at a stretch. */
const SLICE_MS = 20;

interface OpenedFile {
  readonly file: TraceFile;
  readonly traces: BatchTraces;
}

/** Trace files that are open in the editor. */
export class OpenedFiles {
  private readonly files = new LruMap<string, OpenedFile>(MOST_SPANS, ({ file }) => file.batch.count);

  /** Reads a file anew. @throws SpanlightError if it is no trace file; the signal's reason when aborted. */
  async open(uri: string, watch: FileWatch = {}): Promise<BackendRequests['spanlight/openFile']['result']> {
    const { file, traces } = await this.read(uri, watch);
    const items: TraceListItem[] = [];
    let sliceEnd = performance.now() + SLICE_MS;
    for (const trace of traces) {
      if (performance.now() > sliceEnd) {
        await nextTurn();
        watch.signal?.throwIfAborted();
        sliceEnd = performance.now() + SLICE_MS;
      }
      items.push(traceListItem(summariseTrace(trace)));
      if (items.length >= MOST_LISTED) break;
    }
    const { format, batch } = file;
    return {
      format,
      spans: batch.count - traces.repeated,
      traces: items,
      total: traces.size,
      notes: [...troublesInWords(file), ...repeatsInWords(traces)].map((words) => `${words}.`),
    };
  }

  /** A trace of a file; the file is read again if it was let go. */
  async trace(uri: string, id: TraceId): Promise<Trace | undefined> {
    const opened = this.files.get(uri) ?? (await this.read(uri));
    return opened.traces.trace(id);
  }

  private async read(uri: string, watch: FileWatch = {}): Promise<OpenedFile> {
    const path = pathOfUri(uri);
    if (path === undefined) {
      const cure = 'Save a copy of it on the disk first.';
      throw new SpanlightError('Trace files are read from the disk, and this one is not there.', uri, cure);
    }
    const file = await readTraceFile(path, watch);
    const opened = { file, traces: new BatchTraces([file.batch], { withRepeats: false }) };
    this.files.set(uri, opened);
    return opened;
  }
}
