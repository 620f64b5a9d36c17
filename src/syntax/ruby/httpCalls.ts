import { lastPart, type CallSite } from '../extract/callSite';
import { addHttpCall } from '../extract/sourceFile';
import { child } from '../extract/sourceText';
import { joinedPath } from '../extract/textBuilder';
import type { Made } from '../extract/variables';
import type { TextFact } from '../facts';
import type { SyntaxNode } from '../syntaxNode';
import { positional, variableRules, type CallIdiom, type RubyFile } from './file';

/** Modules whose verbs are requests: `Faraday.get(url)`, `HTTParty.post(url)`. */
const LIBRARIES = /^(Faraday|HTTParty|RestClient|Excon|Typhoeus|HTTP|HTTPX|Net\.HTTP|Patron|Curl)$/;

const REQUESTS: Readonly<Record<string, string>> = {
  get: 'GET',
  get_response: 'GET',
  post: 'POST',
  post_form: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  head: 'HEAD',
};

/** `Faraday.get(url)`, `Net::HTTP.get(URI(url))`, `connection.post('/orders')` on a connection made with an address. */
export const httpRequest: CallIdiom = (call, file) => {
  const receiver = call.receiver.replace(/^::/, '').replaceAll('::', '.');
  const [first] = positional(call);
  const method = REQUESTS[call.name];
  if (method === undefined || call.receiverNode === undefined) return;
  if (LIBRARIES.test(receiver)) {
    addHttpCall(file, call, receiver, method, file.values.text(first));
    return;
  }
  // `def client = @client ||= Faraday.new(…)`
  const made = clientOf(call, receiver, file);
  const library = made === undefined ? undefined : /^(Faraday|Net\.HTTP|Excon|HTTP)\b/.exec(made.by)?.[1];
  const path = file.values.text(first);
  if (made === undefined && looksLikeClient(receiver, path)) addHttpCall(file, call, 'http', method, path);
  if (made === undefined || library === undefined) return;
  if (isWhole(path)) return addHttpCall(file, call, library, method, path);
  const base = baseOf(made.args, file);
  addHttpCall(file, call, library, method, base === undefined || path === undefined ? path : joinedPath([base, path]));
};

/** `Net::HTTP::Post.new(uri)`: the request is made here and sent later. */
export const netHttpRequest: CallIdiom = (call, file) => {
  const [, method] = /^(?:::)?Net::HTTP::(Get|Post|Put|Patch|Delete|Head)$/.exec(call.receiver) ?? [];
  if (method === undefined) return;
  addHttpCall(file, call, 'Net.HTTP', method.toUpperCase(), file.values.text(positional(call)[0]));
};

/** What the receiver was made with; of `Faraday.new(url).get('/x')` it is made right there. */
function clientOf(call: CallSite, receiver: string, file: RubyFile): Made | undefined {
  if (call.receiverNode?.type === 'call') {
    const made = variableRules(file.source).madeBy(call.receiverNode);
    if (made?.how === 'new') return made;
  }
  return file.made.get(receiver) ?? file.made.get(lastPart(receiver)) ?? file.made.get(`@${lastPart(receiver)}`);
}

/** A client from elsewhere: by its name, given an address or the path of one. */
function looksLikeClient(receiver: string, path: TextFact | undefined): boolean {
  if (!/(^|[._@])(client|conn|connection|http|https|http_client|api)$/i.test(lastPart(receiver))) return false;
  const text = path?.kind === 'literal' ? path.text : path?.kind === 'template' ? path.parts.join('x') : '';
  return /^https?:|\//.test(text);
}

/** An address rather than a path below one: `https://x/y`, `#{base_url}/y`. */
function isWhole(path: TextFact | undefined): boolean {
  const start = path?.kind === 'literal' ? path.text : path?.kind === 'template' ? path.parts[0]! : undefined;
  return start !== undefined && (/^https?:/.test(start) || (start === '' && path?.kind === 'template'));
}

/** The address a connection was made with: `Faraday.new('https://x')`, `Faraday.new(url: BASE)`. */
function baseOf(args: readonly SyntaxNode[], file: RubyFile): TextFact | undefined {
  for (const node of args) {
    const named = node.type === 'pair' ? valueOf(node, 'url', file) : node;
    // An address out of the environment is another one where the process runs.
    if (named === undefined || file.source.of(named).includes('ENV')) continue;
    const text = file.values.text(named);
    if (text !== undefined) return text;
  }
  return undefined;
}

function valueOf(pair: SyntaxNode, name: string, file: RubyFile): SyntaxNode | undefined {
  const key = child(pair, 'key');
  return key !== undefined && file.source.of(key).replace(/^:/, '') === name ? child(pair, 'value') : undefined;
}
