import type { CodeFunction } from '../../syntax/code/code';
import type { Program } from '../code/program';
import type { SourceCode } from '../code/sourceCode';
import { destinationOfName, isForeign } from '../code/thirdParty';
import type { LintSettings } from '../lintSettings';
import type { UnitCode } from '../rule';
import { answererOf, beginsWithOwnBase, isProbe } from './destinations';
import { handsHeadersOn, isHandMade, isInjectedByCallers } from './handMade';
import { isSentByHook } from './hookedClients';
import { clientOf } from './nodeTables';
import { outgoingCalls, type OutgoingCall } from './outgoing';
import { reaches } from './process/npmVersions';
import { runsInNode } from './serverSide';
import type { Evidence } from '../evidence';
import { readTracing, type NodeTracing } from './process/tracing';
import { possibleValues } from './values';

/** `globalThis.fetch = traced`, `global.fetch = nodeFetch` (or through a cast), `Object.assign(globalThis, { fetch: … })`. */
const FETCH_REPLACED =
  /\b(?:globalThis|global)\b(?:\s+as\s+\w+\))?\.fetch\s*=(?!=)|\bObject\.assign\(\s*(?:globalThis|global)\s*,\s*\{[^}]*\bfetch\b/;

/** A Node process with what its rules share, each worked out when it is first asked for. */
export class NodeCode {
  readonly tracing: NodeTracing;
  private readonly requests = new Map<string | undefined, readonly OutgoingCall[]>();
  private isFetchReplaced: boolean | undefined;
  private readonly inNode = new Map<SourceCode, boolean>();

  constructor(readonly code: UnitCode) {
    this.tracing = readTracing(code);
  }

  get program(): Program {
    return this.code.program;
  }

  /** Whether the process is shown to export traces, by code or by a preload. */
  get isTraced(): boolean {
    return this.tracing.setups.length > 0 || this.tracing.preload !== undefined;
  }

  /** Whether no way the process is set up covers a library. */
  isUncovered(library: string): boolean {
    const { distribution, setups, preload } = this.tracing;
    if (distribution !== undefined) return this.tracing.leftOut.has(library);
    if (!this.isTraced) return false;
    if (preload !== undefined && (preload.coverage.covered.has(library) || preload.coverage.unknown.length > 0))
      return false;
    return setups.every(({ coverage }) => coverage.unknown.length === 0 && !coverage.covered.has(library));
  }

  /** Why a library is not covered although the reader might think so. */
  whyUncovered(library: string): string | undefined {
    const { setups, preload } = this.tracing;
    const coverages = [...setups.map(({ coverage }) => coverage), ...(preload ? [preload.coverage] : [])];
    return coverages.flatMap(({ holes }) => holes.get(library)?.text ?? [])[0];
  }

  /** Whether every way the process is set up is shown to cover a library, and by what. */
  coveredBy(library: string): Evidence | undefined {
    const coverages = [
      ...this.tracing.setups.map(({ coverage }) => coverage),
      ...(this.tracing.preload ? [this.tracing.preload.coverage] : []),
    ];
    const all = coverages.map(({ covered, assumed }) => (assumed.has(library) ? undefined : covered.get(library)));
    return all.every((one) => one !== undefined) ? all[0] : undefined;
  }

  /** Whether the program puts another `fetch` in the place of the built-in one, which may carry the context itself. */
  get replacesFetch(): boolean {
    this.isFetchReplaced ??= this.program.sources.some((source) => source.has(FETCH_REPLACED));
    return this.isFetchReplaced;
  }

  /** Whether a file's code runs in Node. */
  runsInNode(source: SourceCode): boolean {
    let known = this.inNode.get(source);
    if (known === undefined) this.inNode.set(source, (known = runsInNode(this.program, this.code.unit, source)));
    return known;
  }

  /** The files that speak of all of this and whose code runs in Node. */
  inNodeWith(...words: readonly RegExp[]): readonly SourceCode[] {
    return this.program.sources.filter((source) => words.every((one) => source.has(one)) && this.runsInNode(source));
  }

  /**
   * Requests from Node that may go to services of the same system and carry no context by hand.
   *
   * @param transport only those that are sent through it.
   */
  ownRequests(transport?: string): readonly OutgoingCall[] {
    let known = this.requests.get(transport);
    if (known === undefined) {
      known = outgoingCalls(this.program, transport).filter((one) => this.isOwn(one));
      this.requests.set(transport, known);
    }
    return known;
  }

  /** Whether a request is one of those: it may go to a service of the same system, and carries no context by hand. */
  isOwn(one: OutgoingCall): boolean {
    if (one.client === 'fetch' && this.replacesFetch) return false;
    // Clients are made where a file is loaded, and asked in others.
    if ((one.function.id === 0 && one.isMaker !== true) || !this.runsInNode(one.source)) return false;
    const since = clientOf(one.client)?.since;
    if (since !== undefined && reaches(this.code.unit.dependencies.get(one.client), since) !== 'yes') return false;
    let known = byCode.get(one);
    if (known?.settings !== this.code.settings || known.files !== this.program.files) {
      known = { isOwn: this.isOwnByCode(one), settings: this.code.settings, files: this.program.files };
      byCode.set(one, known);
    }
    return known.isOwn;
  }

  private isOwnByCode(one: OutgoingCall): boolean {
    const { source, function: fn, url } = one;
    if (isExporter(source, fn) || isProbe(this.program, url)) return false;
    if (one.isMaker === true && source.has(OWN_HEADERS)) return false;
    const answerer = answererOf(this.program, url);
    if (answerer === 'relative' || isForeign(answerer)) return false;
    if (answerer === 'unknown' && isVendorFile(source) && !asksOwnApi(this.program, source, url)) return false;
    if (handsHeadersOn(this.program, one)) return false;
    const { settings } = this.code;
    return (
      !isHandMade(this.program, source, fn, 'inject', settings) &&
      !isInjectedByCallers(this.program, fn, settings) &&
      !isSentByHook(this.program, one, settings)
    );
  }
}

/** What was said of a request, which programs of the same files have in common. */
const byCode = new WeakMap<
  OutgoingCall,
  { readonly isOwn: boolean; readonly settings: LintSettings; readonly files: object }
>();

/** A client that is made with something that writes headers, as its hooks and links do, may write the context. */
const OWN_HEADERS = /\binject\w*\s*\(|traceparent|trace_?context|traceHeaders/i;

/** What exporters send is about traces and never part of one. */
function isExporter(source: SourceCode, fn: CodeFunction): boolean {
  const type = source.typeOf(fn);
  return type !== undefined && [type.name, ...type.bases].some((name) => /(Span|Trace|OTLP)\w*Exporter/.test(name));
}

/** Protocols that the own API may speak as well as a vendor's. */
const PROTOCOLS = /oauth2?|oidc|saml|jwks/gi;

/** An `oauth-client.ts` that asks `${apiBaseUrl}/oauth/token`: the own API hands out tokens, too. */
function asksOwnApi(program: Program, source: SourceCode, url: OutgoingCall['url']): boolean {
  return (
    url !== undefined &&
    !isVendorFile(source, PROTOCOLS) &&
    possibleValues(program, url).some(({ expression }) => beginsWithOwnBase(expression))
  );
}

/** Each plugin speaks to the product it is for. */
const OF_PLUGIN = /(^|\/)plugins\/[^/]+\/src\//;

/** `integrations/github.ts` talks to GitHub, whatever its address is called. */
function isVendorFile(source: SourceCode, but?: RegExp): boolean {
  if (OF_PLUGIN.test(source.file.relative)) return true;
  return source.file.relative
    .split('/')
    .slice(-2)
    .some((part) => isForeign(destinationOfName(but ? part.replace(but, '') : part)));
}
