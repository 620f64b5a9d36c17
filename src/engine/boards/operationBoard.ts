import { destinationOf } from '../../hints/callee';
import type { PlacedOperation } from '../../hints/fileHints';
import type { OperationId, OperationStats } from '../../model/operation';
import type { ErrorPlaces } from '../hints/errorPlaces';
import type { ParentPlaces } from '../hints/parentPlaces';
import type { PlaceFinder } from '../hints/placeFinder';
import type { SpanSamples } from '../hints/spanSamples';

/** Who answers a call, as far as traces say it. */
export interface CalleeLookup {
  serviceOf(stats: OperationStats): string | undefined;
}

/** The operations of the window by id, by file and by service: what hints, hovers and views are made of. */
export class OperationBoard {
  private stats: readonly OperationStats[] = [];
  private readonly byId = new Map<OperationId, OperationStats>();
  private readonly byFile = new Map<string, PlacedOperation[]>();
  private readonly consumers = new Map<string, number>();

  constructor(
    private readonly places: PlaceFinder,
    private readonly callees: CalleeLookup,
    private readonly errors: ErrorPlaces,
    private readonly parents: ParentPlaces,
    private readonly samples: Pick<SpanSamples, 'want' | 'has'>,
  ) {}

  get all(): readonly OperationStats[] {
    return this.stats;
  }

  get(id: OperationId): OperationStats | undefined {
    return this.byId.get(id);
  }

  /** The located operations of a file that were called in the window. */
  inFile(file: string): readonly PlacedOperation[] {
    return this.byFile.get(file) ?? [];
  }

  /** Takes the statistics of now and has new operations mapped. */
  update(stats: readonly OperationStats[]): void {
    this.stats = stats;
    this.byId.clear();
    this.consumers.clear();
    for (const operation of stats) {
      this.byId.set(operation.id, operation);
      if (operation.count === 0) continue;
      this.places.want(operation.id, operation.key);
      const destination = operation.key.kind === 'CONSUMER' ? destinationOf(operation.key) : undefined;
      if (destination !== undefined) this.consumers.set(destination, (this.consumers.get(destination) ?? 0) + 1);
    }
    this.regroup();
  }

  /** Groups by file again: places have changed. */
  regroup(): void {
    this.byFile.clear();
    for (const stats of this.stats) {
      if (stats.count === 0) continue;
      this.placeError(stats);
      const mapping = this.places.get(stats.id);
      const isSettled = mapping === undefined || (mapping.status === 'mapped' && !this.samples.has(stats.id));
      if (!isSettled) this.samples.want(stats);
      const inside = mapping?.status === 'unmapped' ? this.parents.of(stats, (id) => this.places.get(id)) : undefined;
      const location = mapping?.status === 'mapped' ? mapping.location : inside;
      if (location === undefined) continue;
      const callee = location.anchor === 'callsite' ? this.callees.serviceOf(stats) : undefined;
      const destination = stats.key.kind === 'PRODUCER' ? destinationOf(stats.key) : undefined;
      const consumers = destination === undefined ? 0 : (this.consumers.get(destination) ?? 0);
      const states = inside === undefined ? {} : { states: ['inside'] as const };
      this.place({ stats, location, consumers, ...states, ...(callee === undefined ? {} : { callee }) });
    }
  }

  private placeError(stats: OperationStats): void {
    const error = this.errors.of(stats);
    if (error === undefined) return;
    this.place({ stats, location: { ...error.location, anchor: 'callsite' }, failure: { message: error.message } });
  }

  private place(operation: PlacedOperation): void {
    const group = this.byFile.get(operation.location.file);
    if (group === undefined) this.byFile.set(operation.location.file, [operation]);
    else group.push(operation);
  }
}
