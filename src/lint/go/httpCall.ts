import type { CallPlace } from './goUnit';
import type { Value } from './values/values';

/** A call that sends a request. */
export interface HttpCall {
  readonly place: CallPlace;
  /** What carries it out; undefined for `http.Get`, which is Go's default client. */
  readonly client: Value | undefined;
  /** The request that is sent; undefined where the call makes it itself. */
  readonly request: Value | undefined;
  /** Where the request was made: `http.NewRequest(…)`; several or none when it cannot be told. */
  readonly made: readonly Value[];
  readonly url: Value | undefined;
  /** Of a library whose clients have no transport to wrap: the context goes into the request, by hand. */
  readonly library?: 'fasthttp' | 'fiber';
  /** The client is handed to a library that sends the requests: GraphQL, Twirp, MCP. */
  readonly isHanded?: true;
}
