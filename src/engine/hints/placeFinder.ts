import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import { describeError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { Mapping } from '../../model/location';
import type { OperationId, OperationKey } from '../../model/operation';
import { within } from '../within';

/** What finds the place of one operation; the source room's mapper. */
export interface Mapper {
  map(key: OperationKey): Promise<Mapping>;
  /** The answer if it still holds: not if the code changed while it was being worked out. */
  peek(id: OperationId): Mapping | undefined;
}

/** Mapping works this long at a stretch before spans and requests get their turn. */
const SLICE_MS = 8;

/**
 * Knows the place of every operation that was asked for. Operations are mapped in the background, each once, and again
 * when the code they may belong to changed.
 */
export class PlaceFinder implements Disposable {
  private readonly keys = new Map<OperationId, OperationKey>();
  private readonly places = new Map<OperationId, Mapping>();
  private readonly waiting = new Set<OperationId>();
  private readonly placed = new Emitter<void>();
  private mapper: Mapper | undefined;
  private running: Promise<void> | undefined;
  private disposed = false;

  /** Some operations got a place, or another one. */
  readonly onDidPlace = this.placed.event;

  constructor(private readonly logger: Logger) {}

  /** From now on `mapper` answers; everything known is asked anew. Until one is there, operations wait. */
  use(mapper: Mapper | undefined): void {
    this.mapper = mapper;
    for (const id of this.keys.keys()) this.waiting.add(id);
    this.run();
  }

  /** Asks for the place of an operation, unless that was done before. */
  want(id: OperationId, key: OperationKey): void {
    if (this.keys.has(id)) return;
    this.keys.set(id, key);
    this.waiting.add(id);
    this.run();
  }

  /** The code changed: the places of these operations may be others now. */
  redo(ids: readonly OperationId[]): void {
    for (const id of ids) if (this.keys.has(id)) this.waiting.add(id);
    this.run();
  }

  /** The place as last found; undefined while it is being looked for the first time. */
  get(id: OperationId): Mapping | undefined {
    return this.places.get(id);
  }

  key(id: OperationId): OperationKey | undefined {
    return this.keys.get(id);
  }

  /** All places found so far. */
  entries(): IterableIterator<[OperationId, Mapping]> {
    return this.places.entries();
  }

  /** Settles when nothing waits any more, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    if (this.running !== undefined) await within(this.running, limitMs);
  }

  /** Forgets everything: the store was cleared. */
  clear(): void {
    this.keys.clear();
    this.places.clear();
    this.waiting.clear();
    this.placed.fire();
  }

  dispose(): void {
    this.disposed = true;
    this.waiting.clear();
    this.placed.dispose();
  }

  private run(): void {
    if (this.running !== undefined || this.mapper === undefined || this.waiting.size === 0 || this.disposed) return;
    this.running = this.work().finally(() => {
      this.running = undefined;
      this.run();
    });
  }

  private async work(): Promise<void> {
    await nextTurn();
    let sliceEnd = performance.now() + SLICE_MS;
    for (const id of this.waiting) {
      const { mapper } = this;
      if (mapper === undefined || this.disposed) return;
      this.waiting.delete(id);
      const key = this.keys.get(id);
      if (key === undefined) continue;
      const mapping = await this.ask(mapper, id, key);
      // Another mapper, or a cleared store: this answer is about code or spans that are gone.
      if (mapper === this.mapper && this.keys.has(id)) this.places.set(id, mapping);
      if (performance.now() < sliceEnd) continue;
      this.placed.fire();
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    this.placed.fire();
  }

  private async ask(mapper: Mapper, id: OperationId, key: OperationKey): Promise<Mapping> {
    try {
      const mapping = await mapper.map(key);
      if (mapper.peek(id) === undefined) this.waiting.add(id);
      return mapping;
    } catch (error) {
      this.logger.error(`Mapping ${key.service} ${key.name}: ${describeError(error)}`);
      const text = 'Looking for the code of this operation failed; the output says why.';
      return { status: 'unmapped', candidates: [], reason: { code: 'no-evidence', text } };
    }
  }
}
