import { type CallSite, lastPart } from '../extract/callSite';
import { addHttpCall } from '../extract/sourceFile';
import type { SyntaxNode } from '../syntaxNode';
import type { CallIdiom, JavascriptFile } from './file';

const CLIENT_NAME =
  /axios|^(got|ky|needle|superagent|request|http|https|undici|phin)$|(http|Http)(Service|Client)?$|(api|Api|rest|Rest)Client$/;

/** `axios.get(url)`, `got.post(url)`, `this.httpService.get(url)`. */
export const verbCall: CallIdiom = (call, file) => {
  const library = clientLibrary(call.receiver, file);
  if (library === undefined) return;
  const verb = call.name === 'del' ? 'DELETE' : call.name.toUpperCase();
  push(file, call, library, call.name === 'request' ? undefined : verb, call.args[0]);
};

/** `fetch(url, { method })`, `axios({ url, method })`, `got(url)`, `request(url)`. */
export const plainCall: CallIdiom = (call, file) => {
  if (call.receiver !== '' && !/^(window|globalThis|global|undici)$/.test(call.receiver)) return;
  const [first, second] = call.args;
  if (first === undefined) return;
  const options = first.type === 'object' ? first : second;
  const method = file.values.string(file.values.property(options, 'method'))?.toUpperCase();
  const url =
    first.type === 'object' ? (file.values.property(first, 'url') ?? file.values.property(first, 'uri')) : first;
  push(file, call, call.name, method ?? 'GET', url);
};

function push(
  file: JavascriptFile,
  call: CallSite,
  library: string,
  method: string | undefined,
  target: SyntaxNode | undefined,
): void {
  const isRequest = target?.type === 'object';
  const path = isRequest ? (file.values.property(target, 'path') ?? file.values.property(target, 'url')) : target;
  const url = file.values.text(path);
  if (url === undefined && !isRequest) return;
  addHttpCall(file, call, library, method, url);
}

function clientLibrary(receiver: string, file: JavascriptFile): string | undefined {
  const made = file.made.get(receiver)?.by ?? '';
  const library = /axios|got|ky|HttpService|undici|superagent|supertest/.exec(made)?.[0];
  if (library !== undefined) return library === 'HttpService' ? 'axios' : library;
  if (made !== '' && made !== 'require') return undefined;
  if (receiver.startsWith('axios.create(')) return 'axios';
  const name = lastPart(receiver.replace(/\([^]*$/, ''));
  return CLIENT_NAME.test(name) ? name : undefined;
}
