/**
 * Makes an error without a stack: taking one costs more than reading a span, and a hostile body can hold millions of
 * faults (measured).
 */
export function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
