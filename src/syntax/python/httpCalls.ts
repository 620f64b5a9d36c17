import { lastPart } from '../extract/callSite';
import { addHttpCall } from '../extract/sourceFile';
import type { TextFact } from '../facts';
import { argument, type CallIdiom, type PythonFile } from './file';

/** `requests.get(url)`, `httpx.post(url)`, `session.get(url)` of aiohttp, requests or httpx. */
export const verbCall: CallIdiom = (call, file) => {
  const library = libraryOf(call.receiver, file);
  if (library === undefined) return;
  const isRequest = call.name === 'request' || call.name === 'stream';
  const url = file.values.text(argument(call, file, isRequest ? 1 : 0, 'url'));
  if (library === 'http' && !looksLikeUrl(url)) return;
  const method = isRequest ? file.values.string(argument(call, file, 0, 'method')) : call.name;
  if (url !== undefined || library !== 'http') addHttpCall(file, call, library, method?.toUpperCase(), url);
};

/** `urllib.request.urlopen(url)`. */
export const urlopen: CallIdiom = (call, file) => {
  addHttpCall(file, call, 'urllib', undefined, file.values.text(argument(call, file, 0, 'url')));
};

/** A guessed client needs an argument that is an address: sessions of databases have `get` and `delete`, too. */
function looksLikeUrl(text: TextFact | undefined): boolean {
  if (text?.kind === 'reference') return /ur[li]|endpoint|addr|host/i.test(text.name);
  const start = text?.kind === 'literal' ? text.text : text?.parts[0];
  return start !== undefined && (/^(https?:|\/)/.test(start) || (start === '' && text?.kind === 'template'));
}

function libraryOf(receiver: string, file: PythonFile): string | undefined {
  const name = lastPart(receiver);
  if (name === 'requests' || name === 'httpx') return name;
  const made = file.made.get(receiver) ?? file.made.get(name);
  const by = made?.by ?? '';
  if (/ClientSession$/.test(by)) return 'aiohttp';
  if (/^requests\./.test(by)) return 'requests';
  if (/(^|\.)(AsyncClient|Client)$/.test(by) && /httpx|^(Async)?Client$/.test(by)) return 'httpx';
  if (/TestClient$/.test(by)) return undefined;
  return made === undefined && /^(http_)?(session|client)$|http_client$/.test(name) ? 'http' : undefined;
}
