import { lastPart } from '../extract/callSite';
import { addHttpCall } from '../extract/sourceFile';
import { readSqlUse } from '../extract/sqlUses';
import { argument, type CallIdiom, type CsharpFile } from './file';
import { unwrapped } from './values';

/** `httpClient.GetAsync(url)`, `PostAsJsonAsync(url, body)`, `GetFromJsonAsync<T>(url)`. */
export const httpClient: CallIdiom = (call, file) => {
  const verb = /^(Get|Post|Put|Patch|Delete)/.exec(call.name)?.[1];
  const type = `${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`;
  if (verb === undefined || !/http|client/i.test(type)) return;
  const url = file.values.text(argument(call, file, 0, 'requestUri'));
  if (url !== undefined) addHttpCall(file, call, 'System.Net.Http', verb.toUpperCase(), url);
};

/** `new HttpRequestMessage(HttpMethod.Get, url)`. */
export const requestMessage: CallIdiom = (call, file) => {
  const method = argument(call, file, 0, 'method');
  const url = file.values.text(argument(call, file, 1, 'requestUri'));
  if (method === undefined || url === undefined) return;
  addHttpCall(file, call, 'System.Net.Http', lastPart(file.source.of(method)).toUpperCase(), url);
};

/** Refit's `[Get("/orders/{id}")]` on an interface's method. */
export function refitCalls(file: CsharpFile): void {
  for (const { site, name, function: index, target } of file.annotations) {
    const verb = /^(Get|Post|Put|Patch|Delete)$/.exec(name)?.[1];
    if (verb === undefined || index < 0 || target.isDeclaration !== true || site.args[0] === undefined) continue;
    const url = file.values.text(unwrapped(site.args[0]));
    const range = file.source.range(site.node);
    file.facts.httpCalls.push({ library: 'refit', method: verb.toUpperCase(), url, function: index, range });
  }
}

/** Dapper's `connection.QueryAsync<Order>(OrderQueries.Find, …)`, `new NpgsqlCommand(FindOrder, connection)`. */
export const sqlCall: CallIdiom = (call, file) => {
  if (/^(Query|Execute)\w*$|Command(Definition)?$/.test(call.name.replace(/<[^]*$/, '')))
    readSqlUse(call, file, call.args.map(unwrapped));
};

/** `resource.AddService("shop")`, `AddService(serviceName: "shop")`. */
export const addService: CallIdiom = (call, file) => {
  const name = file.values.text(argument(call, file, 0, 'serviceName'));
  if (name !== undefined) file.facts.serviceNames.push(name);
};

/** `new KeyValuePair<string, object>("service.name", "shop")`, `SetEnvironmentVariable("OTEL_SERVICE_NAME", "shop")`. */
export const serviceNamePair: CallIdiom = (call, file) => {
  if (!/^(service\.name|OTEL_SERVICE_NAME)$/.test(file.values.string(argument(call, file, 0, 'key')) ?? '')) return;
  const name = file.values.text(argument(call, file, 1, 'value'));
  if (name !== undefined) file.facts.serviceNames.push(name);
};

/** `{ ["service.name"] = "shop" }` and `{ { "service.name", "shop" } }`. */
export function readServiceNames(file: CsharpFile): void {
  for (const { parts } of file.captures.of('service')) {
    const name = file.values.text(parts.value);
    if (name !== undefined) file.facts.serviceNames.push(name);
  }
}
