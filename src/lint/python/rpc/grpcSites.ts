import type { Expression } from '../../../syntax/code/expression';
import { statementsIn } from '../../code/walk';
import { argumentOf, lastPart, type PythonCode, type Site } from '../names/pythonCode';
import { boundTo } from '../http/httpClients';
import { destinationOf } from '../flow/destinations';
import { destinationOfHost, isForeign } from '../../code/thirdParty';

/** A place where a channel to a server, or a server, is made. */
export interface GrpcSite extends Site {
  readonly side: 'client' | 'server';
  /** Of `grpc.aio`, which has instrumentors of its own. */
  readonly isAsync: boolean;
}

const CHANNEL = /^grpc\.((?:experimental\.)?aio\.)?(in)?secure_channel$/;
const SERVER = /^grpc\.((?:experimental\.)?aio\.)?server$/;

/** The channels and servers that calls make. */
export function grpcSites(sites: readonly Site[]): GrpcSite[] {
  return sites.flatMap((site): GrpcSite[] => {
    const channel = CHANNEL.exec(site.name);
    if (channel !== null) return [{ ...site, side: 'client', isAsync: channel[1] !== undefined }];
    const server = SERVER.exec(site.name);
    return server === null ? [] : [{ ...site, side: 'server', isAsync: server[1] !== undefined }];
  });
}

/** Whether interceptors are handed over where a channel or server is made: what they do is not followed. */
export function hasInterceptors({ call }: GrpcSite): boolean {
  if (call.args.some(({ spread }) => spread)) return true;
  const given = argumentOf(call, 'interceptors');
  return given !== undefined && !(given.kind === 'list' && given.items.length === 0);
}

/** Whether nobody of this system listens at the channel's other end: a vendor, or the own machine through a file. */
export function isForeignChannel(code: PythonCode, site: GrpcSite): boolean {
  const target = argumentOf(site.call, 'target', 0);
  if (target === undefined) return false;
  const text = firstText(code, site, target);
  if (/^unix(-abstract)?:/.test(text)) return true;
  const host = /^((?:[\w-]+\.)+[\w-]+)(?::\d*)?$/.exec(text)?.[1];
  if (host !== undefined) return isForeign(destinationOfHost(host));
  return isForeign(destinationOf(code, site.source, site.function, target));
}

function firstText(code: PythonCode, site: GrpcSite, target: Expression): string {
  if (target.kind === 'text') return target.pieces[0] ?? '';
  const [value] = code.names.valuesOf(site.source, site.function, target);
  return value?.value.kind === 'text' ? (value.value.pieces[0] ?? '') : '';
}

/** Whether a channel goes out of the function that makes it: returned, kept in an attribute, or handed on at once. */
export function leavesFunction(site: GrpcSite): boolean {
  const name = boundTo(site);
  return name === undefined || /[.[]/.test(name) || isReturned(site, name);
}

function isReturned({ function: fn }: GrpcSite, name: string): boolean {
  for (const statement of statementsIn(fn.body)) {
    if (statement.kind !== 'return') continue;
    if (statement.values.some((value) => value.kind === 'name' && value.name === name)) return true;
  }
  return false;
}

/**
 * Whether its function makes another with tracing, for processes that trace: this one is for those that do not. What sets
 * tracing up in the same function makes no channel.
 */
export function hasTracedSibling({ source, function: fn, call }: GrpcSite): boolean {
  return source.callsIn(fn).some((other) => {
    const name = lastPart(other.callee);
    return other !== call && /telemetry|tracer|tracing|traced|otel|instrument/i.test(name) && !SETS_UP.test(name);
  });
}

const SETS_UP =
  /Instrumentor|^instrument(_\w*app)?$|(^|_)(set|get)_tracer|TracerProvider|^_?(set_?up|init(ialize|ialise)?|configure|enable|start)_|_(set_?up|init|configure)$|^(uninstrument|is_instrumented\w*)$/i;
