import { Emitter } from '../../base/event';
import { LruMap } from '../../base/tables/lruMap';
import { attributeText, type Attributes } from '../../model/attributes';
import type { OperationId } from '../../model/operation';
import { codeOrigin, originKey, type CodeOrigin } from '../../source/drift/origin';
import type { IngestStore } from '../../traces/ingest';
import { decodeResource } from '../../traces/otlp/spanDetails';

/** Processes that are remembered; further ones push out those heard of longest ago. */
const MOST_PROCESSES = 10_000;

/** New processes of a service in a minute beyond which they are taken for one: each would be compared anew. */
const MOST_IN_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/**
 * Which process every operation was last measured in, as far as the spans that are received tell: its code is what hints
 * are compared with. Of two processes the one that was heard of first is the older one, so that those that go on sending
 * while a new version is rolled out change nothing.
 */
export class Processes {
  /** Numbers of processes, in the order in which they were heard of, from 1 on. */
  private readonly numbers = new LruMap<string, number>(MOST_PROCESSES);
  private readonly origins = new LruMap<number, CodeOrigin>(MOST_PROCESSES);
  private count = 0;
  private readonly births = new LruMap<string, { readonly sinceMs: number; count: number; last: number }>(
    MOST_PROCESSES,
  );
  /** Per operation of the store the number of its newest process; 0 for none. */
  private newest = new Int32Array(1024);
  private readonly byId = new Map<OperationId, number>();
  private readonly changed = new Emitter<readonly OperationId[]>();
  private fresh: OperationId[] = [];

  /** Fired with operations that were called in another process than before. */
  readonly onDidChange = this.changed.event;

  /**
   * @param idOf the id of an operation by its number in the store.
   * @param now epoch milliseconds.
   */
  constructor(
    private readonly idOf: (operation: number) => OperationId,
    private readonly now: () => number = Date.now,
  ) {}

  /** The number of the process that a resource is of; 0 where it does not say which. */
  numberOf(resource: Attributes): number {
    const origin = codeOrigin(resource, this.now());
    if (origin.process === undefined && origin.revision === undefined) return 0;
    const service = attributeText(resource, 'service.name') ?? '';
    const key = `${service}\0${originKey(origin)}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.born(`${service}\0${origin.revision?.text ?? ''}`, origin);
    this.numbers.set(key, number);
    return number;
  }

  /** Of a service whose processes live for one request they are as good as one. */
  private born(kind: string, origin: CodeOrigin): number {
    const now = this.now();
    let births = this.births.get(kind);
    if (births === undefined || now - births.sinceMs > MINUTE_MS) births = { sinceMs: now, count: 0, last: 0 };
    if (++births.count <= MOST_IN_A_MINUTE) {
      births.last = ++this.count;
      this.origins.set(births.last, origin);
    }
    this.births.set(kind, births);
    return births.last;
  }

  /** A span of an operation came from a process; called for every span. */
  heard(operation: number, process: number): void {
    if (operation >= this.newest.length) {
      const grown = new Int32Array(Math.max(operation + 1, this.newest.length * 2));
      grown.set(this.newest);
      this.newest = grown;
    }
    if (this.newest[operation]! >= process) return;
    this.newest[operation] = process;
    const id = this.idOf(operation);
    this.byId.set(id, process);
    this.fresh.push(id);
  }

  /** Tells of what was {@link heard} since. */
  tell(): void {
    if (this.fresh.length === 0) return;
    const ids = this.fresh;
    this.fresh = [];
    this.changed.fire(ids);
  }

  /** The newest process that an operation was called in; undefined where none said which it is. */
  originOf(operation: OperationId): CodeOrigin | undefined {
    const number = this.byId.get(operation);
    return number === undefined ? undefined : this.origins.get(number);
  }
}

/** A store that tells of the processes whose spans it takes in. */
export function tellingProcesses(store: IngestStore, processes: Processes): IngestStore {
  /** Resources are kept once per segment; each is read once. */
  const numbers = new WeakMap<Uint8Array, number>();
  const numberOf = (bytes: Uint8Array): number => {
    let number = numbers.get(bytes);
    if (number === undefined) numbers.set(bytes, (number = processes.numberOf(decodeResource(bytes))));
    return number;
  };
  return {
    get builder() {
      return store.builder;
    },
    commit(fromRow) {
      const { builder } = store;
      const { operation, resource, count } = builder;
      let last = -1;
      let process = 0;
      for (let row = fromRow; row < count; row++) {
        if (resource[row] !== last) {
          last = resource[row]!;
          process = numberOf(builder.resourceBytes(last));
        }
        if (process > 0) processes.heard(operation[row]!, process);
      }
      store.commit(fromRow);
      processes.tell();
    },
    addLogs: (records) => store.addLogs(records),
  };
}
