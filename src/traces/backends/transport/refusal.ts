import { BackendError, type BackendFault } from '../backendError';
import type { FaultPlace } from './httpFaults';
import { quotable } from './redact';

/** An answer with a status that is an error. */
export interface RefusedAnswer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The beginning of the body. */
  readonly body: string;
}

/** What an error means that names itself. */
export interface Refusal {
  readonly fault: BackendFault;
  /** One sentence; what it quotes is made fit to be shown. */
  readonly message: string;
  readonly cure: string;
  /** Asking again may help: `now`, because something was set right, or `later`. */
  readonly again?: 'now' | 'later';
}

/** Understands the errors of one kind of backend; undefined: the status says all there is. */
export type ExplainRefusal = (answer: RefusedAnswer) => Refusal | undefined;

/** The error for a refusal that no repetition helped. */
export function refusalFault(place: FaultPlace, status: number, { fault, message, cure }: Refusal): BackendError {
  return new BackendError(fault, quotable(message, place.secrets), place.address, cure, status);
}
