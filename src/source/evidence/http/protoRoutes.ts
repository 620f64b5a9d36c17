import type { EvidenceContext } from '../../candidate';
import { endsWith, parseRoute } from '../../index/routeShape';

/** An RPC that also answers HTTP requests. */
interface TranscodedRpc {
  /** With its package. */
  readonly service: string;
  readonly method: string;
}

/** One of the requests that an RPC answers. */
interface HttpRule {
  readonly service: string;
  readonly rpc: string;
  readonly verb: string;
  readonly path: string;
}

/** What matters of a `.proto` file, in order: its package, services, RPCs and the HTTP rules of these. */
const PIECES =
  /\bpackage\s+([\w.]+)\s*;|\bservice\s+(\w+)\s*\{|\brpc\s+(\w+)\s*\(|\b(get|put|post|delete|patch)\s*:\s*"([^"]+)"|\bkind\s*:\s*"(\w+)"\s*,?\s*path\s*:\s*"([^"]+)"/g;

/**
 * The RPC that a request is handed to by `option (google.api.http)` in a `.proto` file, as grpc-gateway and ASP.NET Core's
 * JSON transcoding do; undefined where none or several are.
 * @param method undefined where the span does not say.
 */
export async function transcodedRpc(
  route: string,
  method: string | undefined,
  context: EvidenceContext,
): Promise<TranscodedRpc | undefined> {
  if (context.dialect !== undefined && !/^(?:go|java|dotnet)$/.test(context.dialect)) return undefined;
  const found = new Map<string, TranscodedRpc>();
  context.touch('paths');
  for (const file of context.index.modules.withExtension('proto')) {
    for (const { service, rpc, verb, path } of await context.parsed(file.path, httpRules)) {
      const answers = method === undefined || verb === method || (method === 'HEAD' && verb === 'GET');
      if (answers && samePath(path, route)) found.set(`${service}/${rpc}`, { service, method: rpc });
    }
  }
  const [only, ...others] = found.values();
  return others.length === 0 ? only : undefined;
}

function httpRules(text: string): HttpRule[] {
  if (!text.includes('google.api.http')) return [];
  const rules: HttpRule[] = [];
  const code = text.replace(/\/\*[^]*?\*\/|(?<!:)\/\/[^\n]*/g, '');
  let [inPackage, service, rpc] = ['', '', ''];
  for (const [, named, type, called, verb, path, kind, custom] of code.matchAll(PIECES)) {
    if (named !== undefined) inPackage = `${named}.`;
    else if (type !== undefined) [service, rpc] = [`${inPackage}${type}`, ''];
    else if (called !== undefined) rpc = called;
    else if (rpc !== '') rules.push({ service, rpc, verb: (verb ?? kind!).toUpperCase(), path: (path ?? custom)! });
  }
  return rules;
}

function samePath(written: string, sent: string): boolean {
  if (written === sent) return true;
  const [own, wanted] = [parseRoute(written)[0]?.segments ?? [], parseRoute(sent)[0]?.segments ?? []];
  return own.length > 0 && own.length === wanted.length && endsWith(wanted, own, false);
}
