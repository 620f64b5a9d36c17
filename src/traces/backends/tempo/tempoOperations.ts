import type { OperationStats } from '../../../model/operation';
import { OperationTable } from '../../../model/operationTable';
import type { TimeWindow } from '../../../model/time';
import { SharedWork } from '../sharedWork';
import type { TempoApi } from './tempoApi';
import { labelOf, readServiceAttributes, type ServiceAttributes, type SplitGroup } from './tempoAttributes';
import { findExemplars } from './tempoExemplars';
import { grouped, type Group } from './tempoGroups';
import { namesCondition, serviceConditions } from './tempoQuery';
import { lengthMs, statsOf } from './tempoStats';

/** Tempo's steps are shorter than those of the trend: it puts their ends where it likes, and leaves out the last one. */
const STEPS_OF_TEMPO = 32;
const LEAST_STEP_S = 15;
/** Bytes that each question may bring; with those for attributes and exemplars less than a file's hints may cost. */
const MAX_DURATIONS_BYTES = 160 * 1024;
const MAX_COUNTS_BYTES = 48 * 1024;
const MAX_TREND_BYTES = 96 * 1024;
/** The same where few names are asked for. */
const MAX_SPECIAL_BYTES = 24 * 1024;
/** What spans carry changes with a deployment, not from minute to minute. */
const ATTRIBUTES_TTL_MS = 5 * 60_000;

/** What Tempo has counted of a service. */
interface Counted {
  readonly groups: readonly Group[];
  /** Milliseconds of one step of the trend. */
  readonly stepMs: number;
  /** Why that is not all. */
  readonly partial: string | undefined;
}

/** A service's spans, within a time. */
interface Asked {
  readonly service: string;
  /** TraceQL for its spans. */
  readonly conditions: string;
  readonly window: TimeWindow;
}

/** Operations of a service, counted by Tempo itself: TraceQL metrics by name, kind and what tells spans apart besides. */
export class TempoOperations {
  private readonly attributes = new SharedWork<ServiceAttributes>(ATTRIBUTES_TTL_MS);
  private readonly names = new SharedWork<ReadonlySet<string>>(ATTRIBUTES_TTL_MS);

  constructor(
    private readonly api: TempoApi,
    private readonly environment: string | undefined,
  ) {}

  /** @throws BackendError, also where this Tempo has no metrics (see `hasNoMetrics`). */
  async ofService(service: string, window: TimeWindow, signal: AbortSignal): Promise<OperationStats[]> {
    const asked: Asked = { service, conditions: serviceConditions(service, this.environment), window };
    let attributes = await this.attributesOf(asked, signal);
    let counted = await this.countAll(asked, attributes, signal);
    if (attributes.isWhole && counted.groups.some(({ labels }) => !attributes.knows(labelOf(labels)))) {
      // Something is called that was not when its attributes were asked for.
      this.names.forget('');
      this.attributes.forget(service);
      attributes = await this.attributesOf(asked, signal);
      counted = await this.countAll(asked, attributes, signal);
    }
    const exemplarsOf = await findExemplars(this.api, { ...asked, attributes, groups: counted.groups }, signal);
    const context = { ...counted, service, window, attributes, table: new OperationTable(), exemplarsOf };
    return counted.groups.flatMap((group) => statsOf(group, context) ?? []);
  }

  private attributesOf({ service, conditions, window }: Asked, signal: AbortSignal): Promise<ServiceAttributes> {
    const read = async (shared: AbortSignal): Promise<ServiceAttributes> => {
      const names = await this.names.get('', (all) => this.spanAttributes(window, all), shared);
      return readServiceAttributes(this.api, conditions, names, window, shared);
    };
    return this.attributes.get(service, read, signal);
  }

  private async spanAttributes(window: TimeWindow, signal: AbortSignal): Promise<ReadonlySet<string>> {
    return new Set((await this.api.tags(window, 'span', signal)).get('span'));
  }

  private async countAll(asked: Asked, attributes: ServiceAttributes, signal: AbortSignal): Promise<Counted> {
    const all: Counted[] = [];
    for (const group of attributes.groups) all.push(await this.count(asked, attributes, group, signal));
    return {
      groups: all.flatMap(({ groups }) => groups),
      stepMs: stepSeconds(asked.window) * 1000,
      partial: all.find(({ partial }) => partial !== undefined)?.partial,
    };
  }

  /**
   * Totals are asked for at once, because only so Tempo counts exactly the window; the trend by steps. Five labels are what
   * Tempo groups by, and a bucket is one of them.
   */
  private async count(
    { conditions, window }: Asked,
    attributes: ServiceAttributes,
    group: SplitGroup,
    signal: AbortSignal,
  ): Promise<Counted> {
    const { api } = this;
    const by = ['name', 'kind', ...group.split].join(', ');
    const all = group.names === undefined ? conditions : `${conditions} && ${namesCondition(group.names)}`;
    const histogram = `{ ${all} } | histogram_over_time(duration) by (${by})`;
    const failed = `{ ${all} && status = error } | count_over_time() by (${by})`;
    const step = stepSeconds(window);
    const ask = (q: string, bytes: number) => {
      return { q, window, maxWireBytes: group.names === undefined ? bytes : MAX_SPECIAL_BYTES };
    };
    const [durations, calls] = await Promise.all([
      api.instant(ask(histogram, MAX_DURATIONS_BYTES), signal),
      api.instant(ask(`{ ${all} } | count_over_time() by (${by}, status)`, MAX_COUNTS_BYTES), signal),
    ]);
    const [steps, failures] = await Promise.all([
      api.range(ask(histogram, MAX_TREND_BYTES), step, signal),
      api.range(ask(failed, MAX_COUNTS_BYTES), step, signal),
    ]);
    const groups = grouped({ durations, calls, steps, failures }, (label) => attributes.groupOf(label) === group);
    return { groups, stepMs: step * 1000, partial: durations.partial ?? calls.partial };
  }
}

function stepSeconds(window: TimeWindow): number {
  return Math.max(LEAST_STEP_S, Math.ceil(lengthMs(window) / 1000 / STEPS_OF_TEMPO));
}
