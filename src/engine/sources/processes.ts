import { Emitter } from '../../base/event';
import { LruMap } from '../../base/tables/lruMap';
import { attributeText, type Attributes } from '../../model/attributes';
import { codeOrigin, originKey, type CodeOrigin } from '../../source/drift/origin';
import type { IngestStore } from '../../traces/ingest';
import { decodeResource } from '../../traces/otlp/spanDetails';

/** Services and, of each, processes that are remembered. */
const MOST_SERVICES = 2_000;
const MOST_PROCESSES = 64;

interface Known {
  readonly newest: CodeOrigin;
  /** Origins heard of, so that an old process that is heard of again does not count as the newest. */
  readonly seen: LruMap<string, true>;
}

/**
 * Which process of each service was started last, as far as the spans that are received tell: its code is what hints are
 * compared with. Older processes that go on sending, as while a new version is rolled out, change nothing.
 */
export class Processes {
  private readonly services = new LruMap<string, Known>(MOST_SERVICES);
  private readonly changed = new Emitter<string>();

  /** Fired with the name of a service of which another process is heard. */
  readonly onDidChange = this.changed.event;

  /** @param now epoch milliseconds. */
  constructor(private readonly now: () => number = Date.now) {}

  /** Spans of a process came. */
  note(resource: Attributes): void {
    const service = attributeText(resource, 'service.name') ?? '';
    const origin = codeOrigin(resource, this.now());
    if (origin.process === undefined && origin.revision === undefined) return;
    const key = originKey(origin);
    const known = this.services.get(service);
    if (known?.seen.get(key) !== undefined) return;
    const seen = known?.seen ?? new LruMap<string, true>(MOST_PROCESSES);
    seen.set(key, true);
    this.services.set(service, { newest: origin, seen });
    this.changed.fire(service);
  }

  /** The newest process of a service; undefined where none said which it is. */
  originOf(service: string): CodeOrigin | undefined {
    return this.services.get(service)?.newest;
  }
}

/** A store that tells of the processes whose spans it takes in. */
export function tellingProcesses(store: IngestStore, processes: Processes): IngestStore {
  /** Resources are kept once per segment; each is read once. */
  const told = new WeakSet<Uint8Array>();
  return {
    get builder() {
      return store.builder;
    },
    commit(fromRow) {
      const { builder } = store;
      let last = -1;
      for (let row = fromRow; row < builder.count; row++) {
        const index = builder.resource[row]!;
        if (index === last) continue;
        last = index;
        const bytes = builder.resourceBytes(index);
        if (told.has(bytes)) continue;
        told.add(bytes);
        processes.note(decodeResource(bytes));
      }
      store.commit(fromRow);
    },
    addLogs: (records) => store.addLogs(records),
  };
}
