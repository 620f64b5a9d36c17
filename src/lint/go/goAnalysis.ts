import type { UnitCode } from '../rule';
import { Destinations } from './destinations';
import { GoUnit } from './goUnit';
import type { HttpCall } from './httpCall';
import { httpCalls } from './httpCalls';
import { HttpChains } from './values/httpChains';
import { Injections } from './injections';
import { Relevance } from './relevance';
import { readSetup, type GoSetup } from './setup';
import { StoredTraces } from './storedTraces';
import { Values } from './values/values';
import { Work } from './work';

/** What the rules of Go share about one process; the costly parts are worked out when a rule first asks. */
export class GoAnalysis {
  readonly unit: GoUnit;
  readonly setup: GoSetup;
  readonly values: Values;
  readonly injections: Injections;
  readonly relevance: Relevance;
  readonly destinations: Destinations;
  readonly chains: HttpChains;
  /** Calls that start spans or leave the process. */
  readonly work: Work;
  /** Calls that leave the process. */
  readonly sending: Work;
  readonly storedTraces: StoredTraces;
  private calls: readonly HttpCall[] | undefined;

  constructor(code: UnitCode) {
    this.unit = new GoUnit(code);
    this.setup = readSetup(this.unit);
    this.values = new Values(this.unit);
    this.injections = new Injections(this.unit);
    this.relevance = new Relevance(this.unit);
    this.destinations = new Destinations(this.unit, this.values);
    this.work = new Work(this.unit, this.values, true);
    this.sending = new Work(this.unit, this.values, false);
    this.storedTraces = new StoredTraces(this.unit);
    this.chains = new HttpChains(this.unit, this.values, this.injections);
  }

  /** All calls that send HTTP requests. */
  get httpCalls(): readonly HttpCall[] {
    this.calls ??= httpCalls(this.unit, this.values, this.injections);
    return this.calls;
  }
}
