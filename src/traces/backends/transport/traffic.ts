import type { RequestsLeft } from '../../../base/requestsLeft';
import type { LimitUse, RequestBudget } from './requestBudget';

/** What went over the wire to one backend so far. */
export interface BackendTraffic {
  /** Requests sent, repeated ones included. */
  readonly requests: number;
  /** Those among them that repeated one. */
  readonly retries: number;
  /** Requests that ended in an error. */
  readonly failures: number;
  /** Bytes of bodies as they were sent. */
  readonly bytesSent: number;
  /** Bytes of bodies as they arrived: packed, if the backend packs. */
  readonly bytesReceived: number;
  /** How often the service may still be asked; undefined where it says nothing of a limit. */
  readonly left?: RequestsLeft | undefined;
  /** What was asked by the service's limits, for working out how seldom to ask. */
  readonly use?: ReadonlyMap<string, LimitUse> | undefined;
}

/** Counts {@link BackendTraffic}. */
export class TrafficMeter implements BackendTraffic {
  requests = 0;
  retries = 0;
  failures = 0;
  bytesSent = 0;
  bytesReceived = 0;

  /** @param budget knows how often the service may still be asked. */
  constructor(private readonly budget?: Pick<RequestBudget, 'left' | 'use'>) {}

  get left(): RequestsLeft | undefined {
    return this.budget?.left;
  }

  get use(): ReadonlyMap<string, LimitUse> | undefined {
    return this.budget?.use;
  }

  /** The numbers of now, to compare with later ones. */
  snapshot(): BackendTraffic {
    const { requests, retries, failures, bytesSent, bytesReceived } = this;
    return { requests, retries, failures, bytesSent, bytesReceived };
  }
}
