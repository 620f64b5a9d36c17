import type { FileFacts, Language } from './facts';

/** Facts of a file that is not read, with the reason; without one, of a file in which nothing is declared. */
export function emptyFacts(language: Language, skipped?: string): FileFacts {
  return {
    language,
    module: '',
    hasErrors: false,
    ...(skipped === undefined ? {} : { skipped }),
    functions: [],
    types: [],
    constants: [],
    imports: [],
    spans: [],
    tracerNames: [],
    routes: [],
    mounts: [],
    rpcs: [],
    messages: [],
    httpCalls: [],
    queries: [],
    serviceNames: [],
    exports: [],
    fields: [],
    entityCalls: [],
  };
}
