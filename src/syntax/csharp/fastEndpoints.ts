import { annotationsOf } from '../extract/annotations';
import { lastPart, type CallSite } from '../extract/callSite';
import type { ScopeDraft } from '../extract/outline';
import { child } from '../extract/sourceText';
import type { HandlerFact, TextFact } from '../facts';
import { argument, type CallIdiom, type CsharpFile } from './file';
import { unwrapped } from './values';

const ATTRIBUTE = /^Http(Get|Post|Put|Patch|Delete|Head|Options)(?:Attribute)?$/;

/** `Verbs(Http.POST, Http.PUT); Routes("/a", "/b");`. */
export const fastVerbs: CallIdiom = (call, file) => {
  const verbs = callsBeside(call, file, 'Verbs')[0];
  for (const verb of (verbs ?? '').matchAll(/Http\.(\w+)/g)) addEndpoint(call, file, verb[1]!.toUpperCase());
};

/** `Get("/x")` inside `Configure()` of an endpoint whose `HandleAsync` answers. */
export const fastEndpoint: CallIdiom = (call, file) => addEndpoint(call, file, call.name.toUpperCase());

/** `Configure("orders", ep => …)` in the constructor of a group: in front of the endpoints that say `Group<Orders>()`. */
export const fastGroup: CallIdiom = (call, file) => {
  const type = file.outline.typeScopeAt(call.start);
  const prefix = file.values.text(argument(call, file, 0, 'routePrefix'));
  if (call.receiverNode !== undefined || type === undefined || prefix === undefined) return;
  if (!type.bases.some((base) => /^(Sub)?Group\b/.test(lastPart(base)))) return;
  const outer = /:\s*(?:\w+\.)*SubGroup<(?:\w+\.)*(\w+)>/.exec(file.source.text.slice(type.start, type.end))?.[1];
  file.facts.mounts.push({ receiver: outer ?? '', prefix, target: type.name, range: call.range });
};

/** `[HttpPost("/orders")]` on an endpoint. */
export function annotatedEndpoints(file: CsharpFile): void {
  if (!/Endpoint/.test(file.source.text)) return;
  for (const type of file.outline.types()) {
    const handler = answering(type, file);
    if (handler === undefined) continue;
    const onType = annotationsOf(type, file.annotations);
    const group = onType.flatMap(({ site }) => /^Group<(?:\w+\.)*(\w+)>/.exec(file.source.of(site.node))?.[1] ?? [])[0];
    for (const { name, site } of onType) {
      const method = ATTRIBUTE.exec(name)?.[1]?.toUpperCase();
      if (method === undefined) continue;
      for (const path of textsOf(site, file)) addRoute(file, site, method, path, handler, group);
    }
  }
}

function addEndpoint(call: CallSite, file: CsharpFile, method: string): void {
  if (call.receiverNode !== undefined || file.outline.draft(file.outline.functionAt(call.start))?.name !== 'Configure')
    return;
  const type = file.outline.typeScopeAt(call.start);
  const handler = type === undefined ? undefined : answering(type, file);
  if (handler === undefined) return;
  const group = callsBeside(call, file, 'Group').flatMap((text) => /<(?:\w+\.)*(\w+)>/.exec(text)?.[1] ?? [])[0];
  for (const path of textsOf(call, file)) addRoute(file, call, method, path, handler, group);
}

function addRoute(
  file: CsharpFile,
  { range }: CallSite,
  method: string,
  path: TextFact,
  handler: HandlerFact,
  group = '',
): void {
  file.facts.routes.push({ framework: 'fastendpoints', method, path: [path], handler, receiver: group, range });
}

/** The arguments that are texts; those with a name say something else (`[HttpGet("/x", Order = 1)]`). */
function textsOf({ args }: CallSite, file: CsharpFile): TextFact[] {
  return args.flatMap((given) =>
    child(given, 'name') === undefined ? (file.values.text(unwrapped(given)) ?? []) : [],
  );
}

/** The method of an endpoint that answers, whatever the type it derives from: `Endpoint<Req, Res>`, `Ep.Req<Req>`. */
function answering(type: ScopeDraft, file: CsharpFile): HandlerFact | undefined {
  if (!type.bases.some((base) => /Endpoint|^Ep\b/.test(base))) return undefined;
  const index = file.outline
    .membersOf(type.name)
    .find((member) => /^(HandleAsync|ExecuteAsync)$/.test(file.outline.draft(member)?.name ?? ''));
  return index === undefined ? undefined : { kind: 'function', function: index };
}

/** The calls of a name in the same method, as they are written. */
function callsBeside(call: CallSite, file: CsharpFile, name: string): string[] {
  const here = file.outline.functionAt(call.start);
  return file.captures.of('call').flatMap(({ node, parts }) => {
    const called = parts.name === undefined ? '' : file.source.of(parts.name).replace(/<[^]*$/, '');
    return called === name && file.outline.functionAt(node.startIndex) === here ? [file.source.of(node)] : [];
  });
}
