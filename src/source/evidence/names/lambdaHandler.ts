import path from 'node:path';
import { LAMBDA_HANDLER } from '../../../syntax/facts';
import type { EvidenceContext } from '../../candidate';
import type { FoundFunction } from '../../implementations';

/** What a template says of a function's code. */
export interface LambdaHandler {
  /** `src/orders.create`, `shop.handlers.create`, `com.shop.Orders::create`, `Shop::Shop.Orders::Create`, `bootstrap`. */
  readonly handler: string;
  /** `nodejs20.x`, `java21`, `provided.al2023`. */
  readonly runtime: string | undefined;
  /** The folder of its code, absolute. */
  readonly folder: string;
  /** The folder of the template. */
  readonly template: string;
}

const SCRIPTS = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.tsx', '.py', '.rb'];

/** The functions that a template may mean. */
export async function lambdaHandler(declared: LambdaHandler, context: EvidenceContext): Promise<FoundFunction[]> {
  const { handler, runtime = '' } = declared;
  const [first = '', second, third] = handler.split('::');
  if (third !== undefined) return method(second ?? '', third, 'dotnet', context);
  if (second !== undefined) return method(first, second, 'java', context);
  // A class alone implements the interface of AWS, whose method is called so.
  if (runtime.startsWith('java')) return method(first, 'handleRequest', 'java', context);
  if (/^(?:go|provided)/.test(runtime)) return started(declared, context);
  return script(declared, context);
}

/** The method of a class that is named with its package or namespace. */
async function method(
  type: string,
  name: string,
  dialect: 'java' | 'dotnet',
  { functions, scope, touch }: EvidenceContext,
): Promise<FoundFunction[]> {
  const dot = type.lastIndexOf('.');
  const wanted = { container: type.slice(dot + 1).split(/[$+]/), name };
  const found = await functions.find(wanted, dialect, scope, touch);
  return found.filter(({ facts }) => facts.module === type.slice(0, Math.max(0, dot)));
}

/** What the main package of a program in Go gives to `lambda.Start`: of the function's folder, or of one called as that is. */
async function started(
  { handler, folder, template }: LambdaHandler,
  context: EvidenceContext,
): Promise<FoundFunction[]> {
  const { functions, scope, touch, index } = context;
  const built = path.basename(handler === 'bootstrap' ? folder : handler).replace(/\.(?:zip|go)$/, '');
  const near = index.modules.withExtension('go').filter((file) => file.path.startsWith(template + path.sep));
  const own = near.filter((file) => path.dirname(file.path) === path.resolve(folder));
  const named = near.filter((file) => path.basename(path.dirname(file.path)) === built);
  for (const files of [own, named]) {
    const found: FoundFunction[] = [];
    for (const file of files) {
      const facts = await context.facts(file);
      const given = facts?.exports.find(({ name }) => name === LAMBDA_HANDLER)?.handler;
      if (facts && given) found.push(...(await functions.handler(file, facts, given, '', scope, touch)));
    }
    if (found.length > 0) return found;
  }
  return [];
}

/** The file of `src/orders.create` below the function's folder, also where what is deployed was compiled. */
async function script({ handler, folder }: LambdaHandler, context: EvidenceContext): Promise<FoundFunction[]> {
  const dot = handler.lastIndexOf('.');
  const [module, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  if (dot <= 0) return [];
  const places = [path.join(folder, module), path.join(folder, module.replaceAll('.', '/'))];
  const sources = places.flatMap((place) => [place, place.replace(/([\\/])(?:dist|build|out)(?=[\\/])/, '$1src')]);
  for (const source of new Set(sources)) {
    for (const extension of SCRIPTS) {
      const file = context.files.get(source + extension);
      const facts = file && (await context.facts(file));
      if (!file || !facts) continue;
      const exported = facts.exports.find((one) => one.name === name)?.handler;
      const { functions, scope, touch } = context;
      if (exported !== undefined) return functions.handler(file, facts, exported, '', scope, touch);
      const own = await functions.inFile(file, { module: '', container: [], name }, touch);
      return own.filter(({ index }) => facts.functions[index]!.container.length === 0);
    }
  }
  return [];
}
