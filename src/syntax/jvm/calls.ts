import { lastPart } from '../extract/callSite';
import { addHttpCall } from '../extract/sourceFile';
import type { Idiom } from '../extract/idioms';
import type { JvmFile } from './file';

type CallIdiom = Idiom<JvmFile>;

/** RestTemplate's `getForObject(url, …)`, `postForEntity(url, …)`, `exchange(url, HttpMethod.GET, …)`. */
export const restTemplate: CallIdiom = (call, file) => {
  const verb = /^(get|post|put|patch|delete|head|options)(?:For\w+)?$/.exec(call.name)?.[1];
  const isTemplate = /rest|template/i.test(`${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`);
  if (!isTemplate && !/For[A-Z]/.test(call.name)) return;
  const second = call.args[1];
  const method = verb ?? (second === undefined ? undefined : /HttpMethod\.(\w+)/.exec(file.source.of(second))?.[1]);
  const url = file.values.text(call.args[0]);
  if (url !== undefined) addHttpCall(file, call, 'spring', method?.toUpperCase(), url);
};

/** What a chain ends with before `.uri("/x")`: a verb, `method(HttpMethod.PUT)`, or the start of a builder. */
const REQUEST = /\b(get|post|put|patch|delete|head|options|method|newBuilder|Builder)(?:<[^<>]*>)?\(([^()]*)\)\s*$/;

/** WebClient's and RestClient's `client.get().uri("/x")`; `HttpRequest.newBuilder().uri(URI.create("…"))`. */
export const uri: CallIdiom = (call, file) => {
  const before = call.receiverNode === undefined ? '' : file.source.of(call.receiverNode).slice(-200);
  const [, name, given = ''] = REQUEST.exec(before) ?? [];
  const url = name === undefined ? undefined : file.values.text(call.args[0]);
  if (url === undefined || name === undefined) return;
  const verb = name === 'method' ? /HttpMethod\.(\w+)/.exec(given)?.[1] : /^[a-z]+$/.exec(name)?.[0];
  addHttpCall(file, call, /uilder$/.test(name) ? 'java.net.http' : 'spring', verb?.toUpperCase(), url);
};

/** OkHttp's `new Request.Builder().url("…")`. */
export const okHttpUrl: CallIdiom = (call, file) => {
  if (call.receiverNode === undefined || !/Request\.Builder\(\)/.test(file.source.of(call.receiverNode))) return;
  addHttpCall(file, call, 'okhttp', undefined, file.values.text(call.args[0]));
};

/** `Attributes.of(SERVICE_NAME, "shop")`, `.put("service.name", "shop")`, `System.setProperty("otel.service.name", …)`. */
export const serviceName: CallIdiom = (call, file) => {
  const [key, value] = call.args;
  if (key === undefined || value === undefined) return;
  if (!/(^|\.)(RESOURCE_)?SERVICE_NAME$|"service\.name"|"otel\.service\.name"/.test(file.source.of(key))) return;
  const name = file.values.text(value);
  if (name !== undefined) file.facts.serviceNames.push(name);
};
