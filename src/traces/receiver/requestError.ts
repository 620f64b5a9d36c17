/** Codes of google.rpc.Code that the receiver answers with; the same numbers are gRPC's status codes. */
export const CODE = {
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** Why a request is refused, with the answer it gets over either protocol. */
export class RequestError extends Error {
  /**
   * @param status HTTP's status code.
   * @param code of {@link CODE}.
   * @param message told to the sender: one sentence.
   */
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}
