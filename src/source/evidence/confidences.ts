import type { EvidenceKind } from '../../model/location';

/**
 * What each ground is worth by itself, 0 to 1: the one table of base confidences. Kinds that say the place in so many words
 * stand above those that compare, and those above names; within a kind, what leaves less to chance is worth more.
 *
 * Measured on labels that the code had not seen (right places of those shown, 47 repositories of ten languages, services'
 * folders told), and on all labels of `test/fixtures/mapping` after what was wrong was mended (`npm run bench:mapping`):
 *
 *                                  unseen            mended
 *     two kinds that agree         8 of 8    1.00    all
 *     function qualified           19 of 21  0.90    all: Celery's producers were shown at the task
 *     route whole                  167 of 169 0.99   all: routers of Rust's tests stood beside the real ones
 *     route end, resource          31 of 31  1.00    all
 *     rpc                          15 of 15  1.00    all
 *     span-name witnessed          14 of 14  1.00    all
 *     span-name alone              21 of 25  0.84    all: one middleware's name, sent before the route is known
 *     messaging                    12 of 12  1.00    all
 *     http-call                    5 of 5    1.00    all
 *     exception                    12 of 12  1.00    all
 *     query template               2 of 2    1.00    all
 *     query whole                  4 of 7    0.57    all but 1: statements in constants, shown where they are written
 *     fitting several, or weak     9 of 21   0.43    stays below what is shown
 *
 * A statement and a bare span name are therefore worth least of what is shown by itself.
 */
export const CONFIDENCE = {
  'file-line': {
    /** The function that the span names is at that line. */
    confirmed: 0.98,
    /** `_dd.code_origin.*`: written by the tracer, with the line of the function itself. */
    origin: 0.95,
    /** `code.stacktrace`: the innermost frame of the workspace's own, which may be a helper's. */
    stack: 0.95,
    unconfirmed: 0.9,
    /** The line is another now; file and function are the same. */
    moved: 0.9,
    /** Only the function is there, in another place. */
    followed: 0.85,
    /** A layer's own span, or another function at the line. */
    layer: 0.6,
  },
  convention: { stated: 0.95, route: 0.9, anyFramework: 0.75, wholeFile: 0.72 },
  function: {
    qualified: 0.9,
    /** `Class.method` of a container that injects; a method that only this class has. */
    injected: 0.88,
    registered: 0.85,
    inherited: 0.8,
    partly: 0.75,
    bareInOwn: 0.72,
    bare: 0.6,
  },
  route: { whole: 0.85, end: 0.8, resource: 0.72, weak: 0.5 },
  rpc: { procedure: 0.88, service: 0.85, call: 0.8, method: 0.75, procedureEnd: 0.72, callOfMethod: 0.7 },
  graphql: { parent: 0.9, operation: 0.85, document: 0.8, path: 0.75 },
  'span-name': { witnessed: 0.85, alone: 0.7, layer: 0.6 },
  messaging: { job: 0.8, destination: 0.75, topology: 0.6 },
  'http-call': { host: 0.85, path: 0.8, part: 0.75 },
  query: { whole: 0.75, entity: 0.75, template: 0.72 },
  /** Where an error was thrown; `resolve` takes off for the place of the span. */
  exception: { confirmed: 0.9, line: 0.85 },
  log: { written: 0.7 },
  'same-name': { name: 0.35 },
} as const satisfies Partial<Record<EvidenceKind, Readonly<Record<string, number>>>>;

/** What places are worth that fit alike: offered, never shown. The weaker the kind, the less. */
export const SHARED = {
  convention: 0.5,
  function: 0.5,
  route: 0.5,
  rpc: 0.5,
  graphql: 0.5,
  messaging: 0.45,
  layer: 0.45,
  query: 0.45,
  'span-name': 0.4,
  log: 0.45,
  /** What single spans of an operation point at that do not agree. */
  sample: 0.45,
} as const;
