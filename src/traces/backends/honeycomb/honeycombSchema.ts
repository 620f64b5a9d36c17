import { hasFault } from '../backendError';
import { SharedWork } from '../sharedWork';
import type { RequestAllowance } from '../transport/requestAllowance';
import { ALL_DATASETS, type HoneycombApi, type HoneycombDataset } from './honeycombApi';

/** New columns may be asked for after this long at the latest. */
const COLUMNS_TTL_MS = 10 * 60_000;
/** Of an environment with more datasets, those that were written to last. */
const MAX_DATASETS = 12;
/** Datasets that nothing was written to for longer hold nothing that can be asked for. */
const WEEK_MS = 7 * 86_400_000;

const NO_COLUMNS: ReadonlyMap<string, string> = new Map();

/** What can be asked for. */
export interface HoneycombScope {
  /** The dataset that is asked, or all. */
  readonly dataset: string;
  /** Types by columns. */
  readonly columns: ReadonlyMap<string, string>;
  /** False where there may be columns besides. */
  readonly isWhole: boolean;
}

/** Which datasets and columns there are. */
export class HoneycombSchema {
  private readonly scopes = new SharedWork<HoneycombScope>(COLUMNS_TTL_MS);
  private readonly columns = new SharedWork<ReadonlyMap<string, string>>(COLUMNS_TTL_MS);
  private readonly listed = new SharedWork<HoneycombDataset[]>(COLUMNS_TTL_MS);

  constructor(
    private readonly api: HoneycombApi,
    /** The one dataset that is configured. */
    private readonly dataset: string | undefined,
    private readonly now: () => number,
  ) {}

  /** The dataset that queries go to. */
  get queried(): string {
    return this.dataset ?? ALL_DATASETS;
  }

  /** Datasets that were written to within a week, the latest first; asked for anew. */
  async freshDatasets(signal: AbortSignal): Promise<HoneycombDataset[]> {
    this.listed.forget('');
    return this.datasets(signal);
  }

  /** What can be asked for of a service, or of all. @param requests what is asked counts against them. */
  async scope(service: string | undefined, signal: AbortSignal, requests?: RequestAllowance): Promise<HoneycombScope> {
    return this.scopes.get(service ?? '', (shared) => this.readScope(service, shared, requests), signal);
  }

  private async readScope(
    service: string | undefined,
    signal: AbortSignal,
    requests?: RequestAllowance,
  ): Promise<HoneycombScope> {
    const dataset = this.queried;
    const columnsOf = (slug: string) => this.columnsOf(slug, signal, requests);
    if (dataset !== ALL_DATASETS) return { dataset, columns: await columnsOf(dataset), isWhole: true };
    // Spans of a service have a dataset of its name, which the address is mostly made of as it is.
    const listed = this.listed.has('') ? await this.datasets(signal) : [];
    const slugOf = (name: string) => listed.find((one) => one.name === name)?.slug ?? name;
    const guessed = service === undefined ? NO_COLUMNS : await columnsOf(slugOf(service));
    if (guessed.size > 0) return { dataset, columns: guessed, isWhole: true };
    const all = await this.datasets(signal, requests);
    const own = all.find(({ name, slug }) => name === service && slug !== service);
    const asked = own === undefined ? all.slice(0, MAX_DATASETS) : [own];
    const found = await Promise.all(asked.map(({ slug }) => columnsOf(slug)));
    return {
      dataset,
      columns: new Map(found.flatMap((columns) => [...columns])),
      isWhole: own !== undefined || asked.length === all.length,
    };
  }

  /** A dataset may be taken away between the two questions. */
  private columnsOf(
    dataset: string,
    signal: AbortSignal,
    requests?: RequestAllowance,
  ): Promise<ReadonlyMap<string, string>> {
    const read = async (shared: AbortSignal): Promise<ReadonlyMap<string, string>> => {
      requests?.take();
      try {
        return await this.api.columns(dataset, shared);
      } catch (error) {
        if (!hasFault(error, 'notFound') || this.dataset !== undefined) throw error;
        return NO_COLUMNS;
      }
    };
    return this.columns.get(dataset, read, signal);
  }

  private datasets(signal: AbortSignal, requests?: RequestAllowance): Promise<HoneycombDataset[]> {
    const read = async (shared: AbortSignal): Promise<HoneycombDataset[]> => {
      requests?.take();
      const timeOf = ({ lastWritten }: HoneycombDataset): number => Date.parse(lastWritten ?? '') || 0;
      const all = await this.api.datasets(shared);
      return all
        .filter((dataset) => dataset.lastWritten === undefined || timeOf(dataset) > this.now() - WEEK_MS)
        .sort((a, b) => timeOf(b) - timeOf(a));
    };
    return this.listed.get('', read, signal);
  }
}
