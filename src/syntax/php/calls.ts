import type { CallSite } from '../extract/callSite';
import { lastPart } from '../extract/callSite';
import { addHttpCall, addRpc } from '../extract/sourceFile';
import { children } from '../extract/sourceText';
import { argument, madeOf, type CallIdiom, type PhpFile } from './file';
import { phpVariable } from './outline';
import { isRouter } from './routeGroups';

/** `$client->get($url)` of Guzzle, `Http::post($url)` of Laravel. */
export const httpVerb: CallIdiom = (call, file) => {
  const url = argument(call, 0, 'url', file.source) ?? argument(call, 0, 'uri', file.source);
  if (url === undefined || !isHttpClient(call, file)) return;
  addHttpCall(file, call, 'http', call.name.replace(/Async$/, '').toUpperCase(), file.values.text(url));
};

/** `$client->request('GET', $url)`, `new Request('GET', $url)`. */
export const httpRequest: CallIdiom = (call, file) => {
  const method = file.values.string(argument(call, 0, 'method', file.source))?.toUpperCase();
  const url = file.values.text(argument(call, 1, 'url', file.source) ?? argument(call, 1, 'uri', file.source));
  if (method === undefined || !/^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(method)) return;
  const isClient = call.node.type === 'object_creation_expression' || isHttpClient(call, file);
  if (isClient) addHttpCall(file, call, 'http', method, url);
};

/** `curl_init($url)`, `file_get_contents('http://…')`. */
export const plainRequest: CallIdiom = (call, file) => {
  const url = file.values.text(call.args[0] && children(call.args[0]).at(-1));
  const start = url?.kind === 'literal' ? url.text : url?.kind === 'template' ? url.parts.join('{}') : '';
  if (url !== undefined && (call.name !== 'file_get_contents' || /^https?:|^\{\}\//.test(start))) {
    addHttpCall(file, call, 'curl', undefined, url);
  }
};

function isHttpClient(call: CallSite, file: PhpFile): boolean {
  const written = call.receiverNode === undefined ? '' : file.source.of(call.receiverNode);
  if (/^\\?(?:\w+\\)*Http::/.test(written) || /^\\?(?:\w+\\)*Http$/.test(written)) return true;
  if (isRouter(call.receiverNode, file)) return false;
  const name = phpVariable(written.replace(/^\$this->/, ''));
  const type = madeOf(written, file)?.by ?? '';
  return /client|guzzle|^http|http$/i.test(lastPart(name)) || /^(Http)?Client(Interface)?$|Guzzle/.test(type);
}

/** A call through a stub of gRPC: `$client->PlaceOrder($request)`. */
export function rpcCall(call: CallSite, file: PhpFile): void {
  if (!/^[A-Z]\w*[a-z]\w*$/.test(call.name) || call.node.type !== 'member_call_expression') return;
  const made = madeOf(call.receiver, file);
  const service = /^(\w+?)(?:Client|Stub)(?:Interface)?$/.exec(made?.by ?? '')?.[1];
  if (service !== undefined) addRpc(file, call, 'client', service, call.name);
}

/** Methods of a class that implements what gRPC generated: `OrdersInterface`, `OrdersStub`. */
export function rpcMethods(file: PhpFile): void {
  if (!/ServerContext|\bContextInterface\b|GRPC\\/.test(file.source.text)) return;
  for (const type of file.outline.types()) {
    const service = type.bases.map((base) => /^(\w+?)(?:Interface|Stub)$/.exec(base)?.[1]).find((name) => name);
    if (service === undefined) continue;
    for (const index of file.outline.membersOf(type.name)) {
      const draft = file.outline.draft(index)!;
      if (!/^[A-Z]/.test(draft.name) || draft.isDeclaration) continue;
      const handler = { kind: 'function' as const, function: index };
      const range = file.source.range(draft.nameSpan);
      file.facts.rpcs.push({ service, method: draft.name, handler, range, side: 'server' });
    }
  }
}

/** `service.name` as resources and environments are given it in code. */
export function serviceNames(file: PhpFile): void {
  const written =
    /(?:\bSERVICE_NAME|['"]service\.name['"])\s*(?:=>|,)\s*['"]([\w.-]+)['"]|['"]OTEL_SERVICE_NAME=([\w.-]+)['"]/g;
  for (const match of file.source.text.matchAll(written)) {
    file.facts.serviceNames.push({ kind: 'literal', text: (match[1] ?? match[2])! });
  }
}
