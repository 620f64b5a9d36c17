import { attributeText, firstText } from '../../model/attributes';
import type { OperationKey } from '../../model/operation';
import {
  NO_PLACES,
  ownerCandidate,
  sdkLanguage,
  type Candidate,
  type EvidenceContext,
  type FoundPlaces,
} from '../candidate';
import type { FoundFunction } from '../implementations';
import { nameDialect, parseQualifiedName, type NameDialect, type QualifiedName } from '../names/qualifiedName';
import { endsAlike } from '../names/matchFunction';
import { rubyMethods } from '../names/rubyMethods';
import { locate } from '../placeInCode';
import type { WorkspaceFile } from '../workspace/workspaceFiles';
import { CONFIDENCE, SHARED } from './confidences';

/** A function as some attributes name it. */
interface NamedFunction {
  readonly name: string;
  readonly namespace: string | undefined;
  /** For the hover: which attributes. */
  readonly from: string;
}

const { qualified, partly } = CONFIDENCE.function;

/**
 * `code.function.name` in its three dialects, and what frameworks send in its stead: Nest's controller and callback,
 * Micrometer's class and method, Tornado's handler.
 */
export function functionNameEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const named = namedFunction(operation);
  return named === undefined ? NO_PLACES : placesOfFunction(named, operation, context);
}

async function placesOfFunction(
  named: NamedFunction,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<Candidate[]> {
  const path = firstText(operation.attributes, ['code.file.path', 'code.filepath']);
  if (path !== undefined && context.paths.isLibrary(path)) {
    context.miss('library-code', `The span was recorded in library code (${path}).`);
    return [];
  }
  const candidates: Candidate[] = [];
  for (const dialect of dialects(operation, context, named)) {
    const wanted = parseQualifiedName(dialect, named.name, named.namespace);
    if (!wanted) continue;
    const found = await find(wanted, dialect, operation, context);
    const isBare = wanted.module === '' && wanted.container.length === 0;
    const inFile = isBare && path !== undefined ? await fileOf(path, named, operation, context) : undefined;
    // A bare name is no reason to look into another service's folder, nor into another file than the span names.
    const inReach = found.items.filter(({ file }) =>
      isBare && path !== undefined
        ? file.path === inFile
        : found.confidence >= CONFIDENCE.function.inherited || context.scope.allows(file),
    );
    const nearest = context.scope.nearest(inReach, ({ file }) => file);
    const near = await context.functions.implementing(nearest, context.scope, context.touch);
    // Overloads and namesakes: nothing in the attributes tells them apart.
    const own = near.every(({ file }) => context.scope.ownership(file) === 'own');
    const alone =
      isBare && inFile === undefined && named.from === 'function'
        ? CONFIDENCE.function[own ? 'bareInOwn' : 'bare']
        : found.confidence;
    const confidence = near.length > 1 ? SHARED.function : alone;
    for (const { file, facts, index } of near) {
      const text = `${named.from} ${named.namespace === undefined ? '' : `${named.namespace}.`}${named.name}`;
      candidates.push(ownerCandidate(file, facts, index, { kind: 'function', confidence, text }));
    }
  }
  if (candidates.length === 0) {
    context.miss(
      'symbol-not-found',
      `No code of the workspace declares ${named.namespace === undefined ? '' : `${named.namespace}.`}${named.name}: it is library code, or was renamed.`,
    );
  }
  return candidates;
}

/** The workspace file that the span's own path means. */
async function fileOf(
  path: string,
  named: NamedFunction,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<string | undefined> {
  const line = Number(firstText(operation.attributes, ['code.line.number', 'code.lineno']));
  const place = { file: path, line: line > 0 ? line : undefined, column: undefined, function: named.name };
  return (await locate(place, operation, context, false))?.file.path;
}

function namedFunction({ attributes }: OperationKey): NamedFunction | undefined {
  const name = firstText(attributes, ['code.function.name', 'code.function']);
  const namespace = attributeText(attributes, 'code.namespace') ?? attributeText(attributes, 'code.module.name');
  if (name !== undefined) return { name, namespace, from: 'function' };
  const pairs = [
    ['nestjs.controller', 'nestjs.callback', 'Nest handler'],
    ['class', 'method', 'observed method'],
  ] as const;
  for (const [type, method, from] of pairs) {
    const owner = attributeText(attributes, type);
    const callback = attributeText(attributes, method);
    if (owner !== undefined && callback !== undefined) return { name: callback, namespace: owner, from };
  }
  const callback = attributeText(attributes, 'nestjs.callback');
  if (callback !== undefined) return { name: callback, namespace: undefined, from: 'Nest handler' };
  const handler = attributeText(attributes, 'tornado.handler');
  const verb = firstText(attributes, ['http.request.method', 'http.method'])?.toLowerCase();
  if (handler === undefined || verb === undefined) return undefined;
  return { name: `${handler}.${verb}`, namespace: undefined, from: 'Tornado handler' };
}

function dialects(operation: OperationKey, context: EvidenceContext, named: NamedFunction): NameDialect[] {
  if (named.from === 'Nest handler') return ['javascript'];
  if (context.dialect) return [context.dialect];
  const language = sdkLanguage(operation.resource);
  // An SDK whose language has no grammar here: a namesake in another language would be chance.
  if (language !== undefined && nameDialect(language) === undefined) return [];
  return ['java', 'go', 'python', 'dotnet', 'javascript', 'ruby', 'php', 'rust', 'elixir'];
}

async function find(
  wanted: QualifiedName,
  dialect: NameDialect,
  operation: OperationKey,
  context: EvidenceContext,
): Promise<{ items: FoundFunction[]; confidence: number }> {
  switch (dialect) {
    case 'go':
      return findGo(wanted, context);
    case 'java':
      return findJava(wanted, context);
    case 'python':
      return findPython(wanted, context);
    case 'ruby':
      return wanted.container.length > 0 ? findRuby(wanted, context) : findMember(wanted, dialect, context);
    case 'dotnet':
    case 'php':
    case 'rust':
      return findMember(wanted, dialect, context);
    case 'elixir': {
      const parts = [...wanted.container, wanted.name];
      const items = await context.functions.elixirPath(parts, context.scope, context.touch);
      return { items, confidence: qualified };
    }
    case 'javascript': {
      const isNest = operation.attributes.has('nestjs.callback');
      const found = await context.functions.find(wanted, dialect, context.scope, context.touch);
      const items = isNest ? nestHandlers(found) : found;
      return {
        items,
        confidence: wanted.container.length > 0 ? (isNest ? qualified : CONFIDENCE.function.inherited) : partly,
      };
    }
  }
}

/** Nest's handlers are methods of classes; of namesakes those that answer something (not the service they call). */
function nestHandlers(found: readonly FoundFunction[]): FoundFunction[] {
  const methods = found.filter(({ facts, index }) => facts.functions[index]!.container.length > 0);
  const handlers = methods.filter(({ facts: { routes, messages, rpcs }, index }) => {
    const received = messages.filter(({ side }) => side === 'consumer');
    const answered = rpcs.filter(({ side }) => side === 'server');
    return [...routes, ...received, ...answered].some(
      ({ handler }) => handler.kind === 'function' && handler.function === index,
    );
  });
  // What a service is asked for bears its name; it never answers itself.
  const possible = methods.filter(
    ({ facts, index }) => !/(Service|Repository|UseCase)$/.test(facts.functions[index]!.container.at(-1)!),
  );
  return handlers.length > 0 ? handlers : possible;
}

async function findGo(
  wanted: QualifiedName,
  context: EvidenceContext,
): Promise<{ items: FoundFunction[]; confidence: number }> {
  const inPackage: FoundFunction[] = [];
  const files =
    wanted.module === 'main' || wanted.module === '' ? [] : await context.index.modules.goPackage(wanted.module);
  context.touch('paths');
  for (const file of files) inPackage.push(...(await context.functions.inFile(file, wanted, context.touch)));
  if (inPackage.length > 0 || wanted.module.includes('/')) return { items: inPackage, confidence: qualified };
  // Package main has no import path: the service's folder must do.
  const named = await context.functions.find({ container: [], name: wanted.name }, 'go', context.scope, context.touch);
  const right = named.filter(
    ({ facts, index }) =>
      facts.module === wanted.module && endsAlike(facts.functions[index]!.container, wanted.container),
  );
  if (right.length > 0) return { items: right, confidence: partly };
  // No package is called so: people write `Service.Place` by hand, after the type.
  const types = [wanted.module, ...wanted.container].filter((part) => part !== '');
  const isMethod = types.length === 1 && /^\w+$/.test(types[0]!);
  const method = { container: types, name: wanted.name };
  const items = isMethod ? await context.functions.find(method, 'go', context.scope, context.touch) : [];
  return { items, confidence: partly };
}

async function findJava(
  wanted: QualifiedName,
  context: EvidenceContext,
): Promise<{ items: FoundFunction[]; confidence: number }> {
  const found = await context.functions.find(wanted, 'java', context.scope, context.touch);
  const exact = found.filter(({ facts }) => wanted.module === '' || facts.module === wanted.module);
  if (exact.length > 0) return { items: exact, confidence: wanted.module === '' ? partly : qualified };
  const top = await ofFileClass(wanted, context);
  return top.length > 0
    ? { items: top, confidence: qualified }
    : { items: await inherited(wanted, context), confidence: CONFIDENCE.function.inherited };
}

/** Kotlin's functions outside classes: `OrdersKt.place` of `Orders.kt`. */
async function ofFileClass(wanted: QualifiedName, context: EvidenceContext): Promise<FoundFunction[]> {
  if (wanted.container.length !== 1 || !/Kt$/.test(wanted.container[0]!)) return [];
  const bare = { container: [], name: wanted.name };
  const found = await context.functions.find(bare, 'java', context.scope, context.touch);
  const base = `${wanted.container[0]!.slice(0, -2)}.kt`;
  return found.filter(({ file, facts, index }) => {
    const isTop = facts.functions[index]!.container.length === 0 && facts.language === 'kotlin';
    return isTop && facts.module === wanted.module && file.relative.endsWith(base);
  });
}

/** The method of a superclass, where the class the process named does not declare it itself. */
async function inherited(wanted: QualifiedName, context: EvidenceContext): Promise<FoundFunction[]> {
  let type = wanted.container.at(-1);
  let module = wanted.module;
  for (let depth = 0; depth < 5 && type !== undefined; depth++) {
    context.touch(`name:${type}`);
    const next: { type: string; module: string }[] = [];
    for (const file of context.index.filesDeclaring(type)) {
      const facts = await context.facts(file);
      if (!facts || (module !== '' && facts.module !== module) || !context.scope.allowsNamed(file)) continue;
      const bases = facts.types.filter((fact) => fact.name === type).flatMap((fact) => fact.bases);
      next.push(...bases.map((base) => ({ type: base.slice(base.lastIndexOf('.') + 1), module: '' })));
    }
    const found: FoundFunction[] = [];
    for (const base of next) {
      const methods = await context.functions.find(
        { container: [base.type], name: wanted.name },
        'java',
        context.scope,
        context.touch,
      );
      found.push(...methods);
    }
    if (found.length > 0 || next.length !== 1) return found;
    ({ type, module } = next[0]!);
  }
  return [];
}

async function findPython(
  wanted: QualifiedName,
  context: EvidenceContext,
): Promise<{ items: FoundFunction[]; confidence: number }> {
  const isModule = (part: string): boolean => !/^_*[A-Z]/.test(part);
  const moduleParts = wanted.module === '' ? wanted.container.filter(isModule) : wanted.module.split('.');
  const types = wanted.container.filter((part) => !isModule(part));
  context.touch('paths');
  // The leading parts may be a module, the rest functions around the one that is meant.
  for (let length = moduleParts.length; length > 0; length--) {
    const items: FoundFunction[] = [];
    for (const file of context.index.modules.pythonModule(moduleParts.slice(0, length).join('.'))) {
      if (!context.scope.allowsNamed(file)) continue;
      const container = [...moduleParts.slice(length), ...types];
      const found = await context.functions.inFile(file, { module: '', container, name: wanted.name }, context.touch);
      items.push(...found.filter(({ facts, index }) => facts.functions[index]!.container.length >= container.length));
    }
    const top = items.filter(({ facts, index }) => facts.functions[index]!.container.length === types.length);
    if (items.length > 0) return { items: top.length > 0 ? top : items, confidence: qualified };
  }
  if (moduleParts.length > 1) return { items: [], confidence: 0 };
  const container = [...moduleParts, ...types];
  const items = await context.functions.find({ container, name: wanted.name }, 'python', context.scope, context.touch);
  const top = items.filter(({ facts, index }) => facts.functions[index]!.container.length === container.length);
  return { items: top.length > 0 ? top : items, confidence: partly };
}

/** Ruby's names have all modules around; the method may be one of a superclass or of an included module. */
async function findRuby(
  wanted: QualifiedName,
  context: EvidenceContext,
): Promise<{ items: FoundFunction[]; confidence: number }> {
  const { index, touch, scope } = context;
  const lookup = { index, touch, allows: (file: WorkspaceFile) => scope.allowsNamed(file) };
  return { items: await rubyMethods(lookup, wanted.container, wanted.name), confidence: qualified };
}

/** A function by the types around it, as far as the name has them. */
async function findMember(
  wanted: QualifiedName,
  dialect: NameDialect,
  context: EvidenceContext,
): Promise<{ items: FoundFunction[]; confidence: number }> {
  const type = wanted.container.at(-1);
  const found = await context.functions.find(
    { container: type === undefined ? [] : [type], name: wanted.name },
    dialect,
    context.scope,
    context.touch,
  );
  const path = [...wanted.module.split('\\'), ...wanted.container].filter((part) => part !== '');
  const full = path.join('.');
  const exact = found.filter(({ facts, index }) => {
    const around = [...facts.module.split(/[\\.]/), ...facts.functions[index]!.container];
    const declared = around.filter((part) => part !== '').join('.');
    return declared === full || declared.endsWith(`.${full}`);
  });
  if (exact.length > 0) return { items: exact, confidence: path.length > 1 ? qualified : partly };
  return { items: path.length > 1 ? [] : found, confidence: partly };
}
