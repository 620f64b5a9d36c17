import { lastPart, type CallSite } from '../extract/callSite';
import { addHttpCall, addMessage, addRpc } from '../extract/sourceFile';
import { literal } from '../extract/textBuilder';
import type { HandlerFact } from '../facts';
import { keyword, type CallIdiom, type ElixirFile } from './file';
import { moduleName } from './modules';

/** `Req.get!(url)`, `HTTPoison.post(url, …)`, `Tesla.get(client, "/x")`; `get("/x")` of a module that uses Tesla. */
export const httpVerb: CallIdiom = (call, file) => {
  const library = /^(Req|HTTPoison|Tesla|HTTPotion)$/.exec(call.receiver)?.[1];
  const ownTesla = call.receiver === '' && /\buse Tesla\b/.test(file.source.text);
  if (library === undefined && !ownTesla) return;
  const method = call.name.replace(/!$/, '').toUpperCase();
  const url =
    keyword(call, 'url', file.source) ?? call.args.find(({ type }) => type === 'string' || type === 'binary_operator');
  addHttpCall(file, call, library ?? 'Tesla', method, file.values.text(url ?? call.args[0]));
};

/** `Finch.build(:get, url)`. */
export const build: CallIdiom = (call, file) => {
  const [method, url] = call.args;
  if (call.receiver !== 'Finch' || method === undefined) return;
  addHttpCall(file, call, 'Finch', file.values.string(method)?.toUpperCase(), file.values.text(url));
};

/** `Shop.Mailer.new(%{…}) |> Oban.insert()`: a job goes by the name of its worker. */
export const newJob: CallIdiom = (call, file) => {
  if (!/^[A-Z][\w.]*$/.test(call.receiver) || !/\bOban\b/.test(file.source.text)) return;
  addMessage(file, call, 'producer', 'oban', literal(moduleName(call.receiver, file)));
};

/** `AMQP.Basic.publish(channel, exchange, key, …)`, `KafkaEx.produce("orders", …)`, `:brod.produce_sync(client, "orders", …)`. */
export const produce: CallIdiom = (call, file) => {
  const names = call.args.slice(0, 3).filter(({ type }) => type !== 'atom');
  if (/^(AMQP\.)?Basic$/.test(call.receiver)) {
    for (const name of names.slice(1)) addMessage(file, call, 'producer', 'rabbitmq', file.values.text(name));
  } else if (/^(KafkaEx|:brod|Kaffe\.Producer)$/.test(call.receiver)) {
    const topic = names.find((name) => name.type === 'string' || name.type === 'unary_operator');
    addMessage(file, call, 'producer', 'kafka', file.values.text(topic));
  }
};

/** `use GRPC.Server, service: Shop.Orders.Service`: the functions of the module are its methods. */
export const use: CallIdiom = (call, file) => {
  const [module] = call.args;
  const service = keyword(call, 'service', file.source);
  if (module === undefined || service === undefined || file.source.of(module) !== 'GRPC.Server') return;
  const name = file.source.of(service).replace(/\.Service$/, '');
  const type = file.outline.typeScopeAt(call.start);
  for (const index of file.outline.membersOf(type?.name ?? '')) {
    const draft = file.outline.draft(index);
    if (draft === undefined || draft.parameters().length !== 2) continue;
    const handler: HandlerFact = { kind: 'function', function: index };
    const range = file.source.range(draft.nameSpan);
    file.facts.rpcs.push({ service: lastPart(name), method: pascal(draft.name), handler, range, side: 'server' });
  }
};

/** `Shop.Orders.Stub.get_order(channel, request)`. */
export function stubCall(call: CallSite, file: ElixirFile): void {
  const service = /(?:^|\.)(\w+)\.Stub$/.exec(moduleName(call.receiver, file))?.[1];
  if (service !== undefined) addRpc(file, call, 'client', service, pascal(call.name));
}

function pascal(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
