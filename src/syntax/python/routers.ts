import type { Node } from 'web-tree-sitter';
import { lastPart, plainPath } from '../extract/callSite';
import { joinedPath, literal } from '../extract/textBuilder';
import type { TextFact } from '../facts';
import { argument, madeBy, type CallIdiom, type PythonFile } from './file';
import { keyword, positional } from './values';

/** Declares routers, blueprints and namespaces with the prefix they are made with. */
export function declareRouters(file: PythonFile): void {
  for (const { parts } of file.captures.of('made')) {
    const made = parts.value === undefined ? undefined : madeBy(parts.value, file.source);
    if (made === undefined || parts.name === undefined) continue;
    const prefix = prefixOfMaker(lastPart(made.by), made.args, file);
    if (prefix === undefined) continue;
    const name = plainPath(file.source.of(parts.name));
    file.receivers.declare(name, file.outline.functionAt(parts.name.startIndex), [prefix]);
  }
}

function prefixOfMaker(maker: string, args: readonly Node[], file: PythonFile): TextFact | undefined {
  const by = (name: string): TextFact | undefined => file.values.text(keyword(args, name, file.source));
  if (/^(APIRouter|Router|InferringRouter|.*Router)$/.test(maker)) return by('prefix') ?? by('path');
  if (/Blueprint$/.test(maker)) return by('url_prefix');
  if (maker === 'Namespace') {
    const name = file.values.string(positional(args)[0]);
    return by('path') ?? (name === undefined ? undefined : literal(`/${name}`));
  }
  return maker === 'FastAPI' ? by('root_path') : undefined;
}

/** `app.include_router(orders.router, prefix="/orders")`. */
export const includeRouter: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 0, 'router'), argument(call, file, -1, 'prefix'));
};

/** `app.register_blueprint(bp, url_prefix="/x")`. */
export const registerBlueprint: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 0, 'blueprint'), argument(call, file, -1, 'url_prefix'));
};

/** `api.add_namespace(ns, path="/x")`. */
export const addNamespace: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 0, 'ns'), argument(call, file, -1, 'path'));
};

/** `app.mount("/x", sub_app)`, aiohttp's `app.add_subapp("/x", sub)`. */
export const mountApp: CallIdiom = (call, file) => {
  mount(file, call, argument(call, file, 1, 'app'), argument(call, file, 0, 'path'));
};

function mount(file: PythonFile, call: Parameters<CallIdiom>[0], target: Node | undefined, at: Node | undefined): void {
  if (target === undefined) return;
  const prefix = at === undefined ? literal('') : file.values.text(at);
  const name = plainPath(file.source.of(target));
  // What the outer router was made with stands in front of what is mounted on it, too.
  const whole = prefix && joinedPath([...file.receivers.prefixOf(call.receiver, call.start), prefix]);
  if (whole === undefined || !/^[\w.]+(\([^()]*\))?$/.test(name)) return;
  file.facts.mounts.push({ receiver: call.receiver, prefix: whole, target: name, range: call.range });
}
