import { lastPart } from '../extract/callSite';
import { addHttpCall, nameGivenToSetup } from '../extract/sourceFile';
import { readSqlUse } from '../extract/sqlUses';
import type { CallIdiom } from './file';

/** `http.NewRequestWithContext(ctx, "GET", url, body)` and `http.NewRequest("GET", url, body)`. */
export const newRequest: CallIdiom = (call, file) => {
  const [method, url] = call.name.endsWith('Context') ? call.args.slice(1) : call.args;
  if (lastPart(call.receiver) !== 'http') return;
  addHttpCall(file, call, 'net/http', file.values.httpMethod(method), file.values.text(url));
};

/** `http.Get(url)`, `client.Post(url, …)`, `otelhttp.Get(ctx, url)`. */
export const httpVerb: CallIdiom = (call, file) => {
  if (!/^(http|otelhttp)$|[cC]lient$/.test(lastPart(call.receiver))) return;
  const url = call.receiver === 'otelhttp' ? call.args[1] : call.args[0];
  const text = file.values.text(url);
  const isUrl = text?.kind === 'literal' ? /^(https?:|\/)/.test(text.text) : text !== undefined;
  if (isUrl) addHttpCall(file, call, 'net/http', call.name === 'PostForm' ? 'POST' : call.name.toUpperCase(), text);
};

/** `db.QueryRowContext(ctx, findOrder, id)`, sqlx's `db.Get(&order, findOrder, id)`. */
export const sqlCall: CallIdiom = (call, file) => {
  const isSql = /^(Query\w*|Exec\w*|Get(Context)?|Select(Context)?|Named(Exec|Query)\w*|Prepare\w*|MustExec\w*)$/;
  if (call.receiverNode !== undefined && isSql.test(call.name)) readSqlUse(call, file, call.args);
};

/** `semconv.ServiceName("shop")`, `semconv.ServiceNameKey.String("shop")`, `attribute.String("service.name", "shop")`. */
export const serviceName: CallIdiom = (call, file) => {
  const isKey = call.name === 'String' && /ServiceName(Key)?$|"service\.name"\)?$/.test(call.receiver);
  const isPair =
    call.args.length === 2 && /^(service\.name|OTEL_SERVICE_NAME)$/.test(file.values.string(call.args[0]) ?? '');
  if (call.name !== 'ServiceName' && call.name !== 'WithServiceName' && !isKey && !isPair) return;
  const name = file.values.text(call.args.at(-1));
  if (name !== undefined) file.facts.serviceNames.push(name);
};

/** `tracing.InitTracer("shop")`, `telemetry.Setup(ctx, "shop")`. */
export const setupCall: CallIdiom = (call, file) => {
  if (!/^(Init|Setup|Start|Configure|Bootstrap|Enable|init|setup|start)/.test(call.name)) return;
  const given = call.args.find((argument) => argument.type === 'interpreted_string_literal');
  const callee = /^(Init|Setup|Start)$/.test(call.name) ? `${call.name}${lastPart(call.receiver)}` : call.name;
  const name = given === undefined ? undefined : nameGivenToSetup(callee, file.values.text(given));
  if (name !== undefined) file.facts.serviceNames.push(name);
};
