import type { Logger } from '../../../base/logger';
import { requestsLeftWords, waitWords, type RequestsLeft } from '../../../base/requestsLeft';
import { BackendError } from '../backendError';
import { rateLimitNotice } from './rateLimitHeaders';
import { pause, retryAfterMs } from './retry';

/** The part of a limit that is left to what somebody waits for: a trace that is opened, a search. */
const RESERVED_SHARE = 0.2;
/** The part of what is left that asking again and again may use up until there is more. */
const REFRESH_SHARE = 0.5;
/** Whoever waits for the answers of others looks again this soon. */
const LOOK_AGAIN_MS = 50;
/** A new period is believed to have begun this much later: services tell whole seconds, and clocks differ. */
const MARGIN_MS = 250;
/** Periods that end within so much of each other are the same. */
const SAME_PERIOD_MS = 2_000;

/** How often something may be asked, as a service's manual says it. */
export interface KnownLimit {
  readonly requests: number;
  readonly periodMs: number;
  /** It counts besides the limit that headers of answers speak of: they say nothing of it. */
  readonly isSeparate?: boolean;
}

/** What a {@link RequestBudget} needs. */
export interface RequestBudgetSetup {
  /** The backend's name and address, for words. */
  readonly name: string;
  readonly address: string;
  readonly logger: Logger;
  /**
   * Limits by what is asked ({@link BudgetedRequest.rate}): they count until answers say something else, and for good
   * where answers say nothing.
   */
  readonly limits?: Readonly<Record<string, KnownLimit>>;
  /** Longer than this nobody waits: what would have to is refused. */
  readonly maxWaitMs: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** What a request asks of the budget. */
export interface BudgetedRequest {
  /** Which of the service's limits counts; `''` where it has but one. */
  readonly rate: string;
  /** How much of the limit it takes; 1 where left out. */
  readonly weight?: number;
  /** Nobody waits for it: it leaves the last part of the limit to others. */
  readonly isBackground: boolean;
}

/** What was asked under one of a service's limits. */
export interface LimitUse {
  /** Requests so far, each as often as it weighs. */
  readonly asked: number;
  readonly left: RequestsLeft | undefined;
}

/** One limit, as it was last heard of. */
interface Allowance {
  remaining: number;
  limit: number | undefined;
  /** Epoch milliseconds. */
  resetAt: number;
  periodMs: number | undefined;
  /** Requests under way, which may not be among those that the service has counted. */
  inFlight: number;
  /** The log was told that it is nearly used up. */
  wasTold: boolean;
}

/**
 * How often a service may still be asked, by what its answers say. Requests that would be refused wait until there are
 * more, or are refused here if that takes too long, so that no request goes out to be answered 429. A service that says
 * nothing and of which nothing is known is asked as before.
 */
export class RequestBudget {
  private readonly allowances = new Map<string, Allowance>();
  private readonly asked = new Map<string, number>();
  private readonly now: () => number;

  constructor(private readonly setup: RequestBudgetSetup) {
    this.now = setup.now ?? Date.now;
    for (const [rate, { requests, periodMs }] of Object.entries(setup.limits ?? {})) {
      const fresh = { remaining: requests, limit: requests, periodMs, inFlight: 0, wasTold: false };
      this.allowances.set(rate, { ...fresh, resetAt: this.now() + periodMs });
    }
  }

  /** The limit that is nearest to its end; undefined where none is known, or what was heard is of a period that is over. */
  get left(): RequestsLeft | undefined {
    const known = [...this.allowances]
      .filter(([rate, { resetAt }]) => this.asked.has(rate) && resetAt > this.now())
      .map(([, allowance]) => allowance);
    const [tightest] = known.sort((a, b) => shareOf(a) - shareOf(b));
    return tightest === undefined ? undefined : leftOf(tightest);
  }

  /** What was asked so far, by {@link BudgetedRequest.rate}. */
  get use(): ReadonlyMap<string, LimitUse> {
    const leftOfRate = (rate: string): RequestsLeft | undefined => {
      const allowance = this.allowances.get(rate);
      return allowance === undefined || allowance.resetAt <= this.now() ? undefined : leftOf(allowance);
    };
    return new Map([...this.asked].map(([rate, asked]) => [rate, { asked, left: leftOfRate(rate) }]));
  }

  /** Milliseconds until a request may go out, as far as is known. */
  waitMs({ rate, weight = 1, isBackground }: BudgetedRequest): number {
    const allowance = this.allowances.get(rate);
    if (allowance === undefined) return 0;
    const now = this.now();
    if (allowance.resetAt <= now && !startPeriod(allowance, now)) {
      this.allowances.delete(rate);
      return 0;
    }
    const reserved = isBackground ? Math.floor((allowance.limit ?? 0) * RESERVED_SHARE) : 0;
    if (allowance.remaining - allowance.inFlight >= reserved + weight) return 0;
    return allowance.remaining >= reserved + weight ? LOOK_AGAIN_MS : allowance.resetAt - now;
  }

  /**
   * Waits until a request may go out.
   * @returns to be told of what came of it: status and headers (by names in lower case), or nothing where none came.
   * @throws BackendError (`throttled`) if it would have to wait too long, or the signal's reason.
   */
  async admit(request: BudgetedRequest, signal: AbortSignal): Promise<AdmittedRequest> {
    const sinceMs = this.now();
    for (let waitMs = this.waitMs(request); waitMs > 0; waitMs = this.waitMs(request)) {
      const allowance = this.allowances.get(request.rate)!;
      if (this.now() + waitMs - sinceMs > this.setup.maxWaitMs) throw this.refusal(allowance, request.isBackground);
      this.setup.logger.debug(`${this.setup.name}: waits ${waitWords(waitMs)} for more requests`);
      await pause(waitMs, signal);
    }
    const { rate, weight = 1 } = request;
    const allowance = this.allowances.get(rate);
    if (allowance !== undefined) allowance.inFlight += weight;
    this.asked.set(rate, (this.asked.get(rate) ?? 0) + weight);
    return (status, headers) => {
      if (allowance !== undefined) allowance.inFlight -= weight;
      this.note(rate, weight, status ?? 0, headers ?? new Map());
    };
  }

  private note(rate: string, weight: number, status: number, headers: ReadonlyMap<string, string>): void {
    const now = this.now();
    const known = this.allowances.get(rate);
    const isSeparate = this.setup.limits?.[rate]?.isSeparate === true;
    const heard = isSeparate ? undefined : rateLimitNotice(headers, now);
    if (heard !== undefined) {
      const { limit = known?.limit, periodMs = known?.periodMs } = heard;
      const resetAt = now + heard.resetInMs + MARGIN_MS;
      const isSame = known !== undefined && Math.abs(known.resetAt - resetAt) < SAME_PERIOD_MS;
      // Answers may come in another order than they were given.
      const remaining = status === 429 ? 0 : Math.min(heard.remaining, isSame ? known.remaining : Infinity);
      this.become(rate, { remaining, limit, periodMs, resetAt, wasTold: isSame && known.wasTold });
      return;
    }
    const askedMs = status === 429 ? retryAfterMs(headers.get('retry-after'), now) : undefined;
    // A longer pause is believed for this one request only: what is in between may have asked for it.
    if (askedMs !== undefined && askedMs <= this.setup.maxWaitMs) {
      const { limit, periodMs } = known ?? {};
      this.become(rate, { remaining: 0, limit, periodMs, resetAt: now + askedMs, wasTold: true });
    } else if (known !== undefined) known.remaining = Math.max(0, known.remaining - weight);
  }

  private become(rate: string, next: Omit<Allowance, 'inFlight'>): void {
    // Requests under way hold the old one.
    const allowance = Object.assign(this.allowances.get(rate) ?? { inFlight: 0 }, next);
    this.allowances.set(rate, allowance);
    const { limit, remaining } = allowance;
    if (allowance.wasTold || limit === undefined || remaining > limit * RESERVED_SHARE) return;
    allowance.wasTold = true;
    const words = requestsLeftWords(leftOf(allowance), this.now());
    if (words !== undefined) this.setup.logger.info(`${this.setup.name}: ${words}; it is asked less often until then.`);
  }

  private refusal({ limit, periodMs, remaining, resetAt }: Allowance, isBackground: boolean): BackendError {
    const { name, address } = this.setup;
    const period = periodMs === undefined ? '' : ` in ${waitWords(periodMs)}`;
    const of = limit === undefined ? '' : `: it takes ${limit}${period}`;
    const few = isBackground && remaining > 0 ? 'hardly any' : 'no';
    const message = `${name} takes ${few} more requests for the next ${waitWords(resetAt - this.now())}${of}.`;
    const cure = 'Wait until then. Others who use the same keys may have used it up.';
    return new BackendError('throttled', message, address, cure);
  }
}

/** Told what came of a request: nothing where no answer came. */
export type AdmittedRequest = (status?: number, headers?: ReadonlyMap<string, string>) => void;

/** A new period, of which nothing was heard yet. @returns false if it is not known what it allows. */
function startPeriod(allowance: Allowance, now: number): boolean {
  const { limit, periodMs } = allowance;
  if (limit === undefined) return false;
  allowance.remaining = limit;
  allowance.resetAt = now + (periodMs ?? SAME_PERIOD_MS);
  allowance.wasTold = false;
  return true;
}

function leftOf({ remaining, limit, resetAt, inFlight }: Allowance): RequestsLeft {
  const left = Math.max(0, remaining - inFlight);
  return { remaining: left, ...(limit === undefined ? {} : { limit }), resetMs: resetAt };
}

function shareOf({ remaining, limit = 100 }: Allowance): number {
  return remaining / Math.max(1, limit);
}

/**
 * Milliseconds after which a round of questions may be asked again so that half of what is left lasts until there is more;
 * 0 where nothing is known of limits.
 *
 * @param before what was asked before the last round.
 * @param after what was asked after it.
 * @param nowMs epoch milliseconds.
 */
export function refreshPauseMs(
  before: ReadonlyMap<string, LimitUse>,
  after: ReadonlyMap<string, LimitUse>,
  nowMs: number,
): number {
  const pauses = [...after].map(([rate, { asked, left }]) =>
    pauseOf(left, asked - (before.get(rate)?.asked ?? 0), nowMs),
  );
  return Math.max(0, ...pauses);
}

function pauseOf(left: RequestsLeft | undefined, requests: number, nowMs: number): number {
  if (left === undefined || requests <= 0) return 0;
  const resetInMs = left.resetMs - nowMs;
  if (resetInMs <= 0) return 0;
  const spare = (left.remaining - (left.limit ?? 0) * RESERVED_SHARE) * REFRESH_SHARE;
  return spare <= requests ? resetInMs : Math.min(resetInMs, (resetInMs * requests) / spare);
}
