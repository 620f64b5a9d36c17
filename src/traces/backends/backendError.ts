import { SpanlightError } from '../../base/errors';

/** What kept a backend from answering, in the order in which a connection is tested. */
export type BackendFault =
  | 'refused'
  | 'unknownHost'
  | 'tls'
  | 'timeout'
  | 'disconnected'
  | 'proxy'
  | 'unauthorised'
  | 'forbidden'
  | 'login'
  | 'notFound'
  | 'badRequest'
  | 'throttled'
  | 'server'
  | 'wrongType'
  | 'incomplete'
  | 'malformed'
  | 'tooLarge';

/** A {@link SpanlightError} of which the cause is known to programs as well. Never holds a secret. */
export class BackendError extends SpanlightError {
  /**
   * @param fault what happened, for programs.
   * @param status the HTTP status, where there was one.
   */
  constructor(
    readonly fault: BackendFault,
    message: string,
    place: string,
    cure?: string,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, place, cure, options);
  }
}

/** Whether an error says that the backend could not be reached at all. */
export function isUnreachable(error: unknown): boolean {
  const faults: readonly BackendFault[] = ['refused', 'unknownHost', 'tls', 'timeout', 'disconnected', 'proxy'];
  return error instanceof BackendError && faults.includes(error.fault);
}

/** Whether an error says that the backend does not let us in. */
export function isUnauthorised(error: unknown): boolean {
  const faults: readonly BackendFault[] = ['unauthorised', 'forbidden', 'login'];
  return error instanceof BackendError && faults.includes(error.fault);
}

/** Whether an error is of one of these kinds. */
export function hasFault(error: unknown, ...faults: readonly BackendFault[]): error is BackendError {
  return error instanceof BackendError && faults.includes(error.fault);
}
