import path from 'node:path';
import { escapeRegExp } from '../../../base/texts/escapeRegExp';
import { mapping, parseYaml, scalar } from '../../../base/texts/yamlValues';
import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { ownerCandidate, type Candidate, type EvidenceContext } from '../../candidate';
import type { FoundFunction } from '../../implementations';
import { CONFIDENCE, SHARED } from '../confidences';

/** Templates of SAM and CloudFormation, and the Serverless Framework's. */
const TEMPLATE = /(?:^|\/)(?:(?:sam-?)?template|sam|[^/]+\.template|serverless)\.ya?ml$/i;

/** A function as a template declares it. */
interface DeclaredFunction {
  /** What the deployed function may be called. */
  readonly isCalled: (name: string) => boolean;
  /** `src/orders.create`, `shop.handlers.create`. */
  readonly handler: string;
  /** The folder of its code, absolute. */
  readonly folder: string;
}

/**
 * AWS Lambda's spans, which are called as the deployed function is: to the handler that `template.yaml` or
 * `serverless.yml` gives the function of that name.
 */
export async function lambdaEvidence(operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const name = functionName(operation);
  if (name === undefined) return [];
  const found: FoundFunction[] = [];
  context.touch('paths');
  const { modules } = context.index;
  for (const file of [...modules.withExtension('yaml'), ...modules.withExtension('yml')]) {
    if (!TEMPLATE.test(file.relative)) continue;
    const meant = (await context.parsed(file.path, declared)).filter(({ isCalled }) => isCalled(name));
    for (const one of meant) found.push(...(await handlerOf(one, context)));
  }
  const near = context.scope.nearest(found, ({ file }) => file);
  const distinct = [...new Map(near.map((one) => [`${one.file.path}#${one.index}`, one])).values()];
  const confidence = distinct.length > 1 ? SHARED.function : CONFIDENCE.function.registered;
  return distinct.map(({ file, facts, index }) =>
    ownerCandidate(file, facts, index, { kind: 'function', confidence, text: `Lambda function ${name}` }),
  );
}

function functionName({ kind, name, scope, attributes, resource }: OperationKey): string | undefined {
  if (kind !== 'SERVER' && kind !== 'CONSUMER') return undefined;
  const sent = attributeText(attributes, 'faas.name') ?? attributeText(resource, 'faas.name');
  if (/aws[-_.]?lambda/i.test(scope)) return sent ?? name;
  return sent === name ? sent : undefined;
}

function declared(text: string, template: string): DeclaredFunction[] {
  const folder = path.dirname(template);
  return parseYaml(text).flatMap((document) => {
    const root = mapping(document) ?? {};
    return [...ofResources(root, folder), ...ofServerless(root, folder)];
  });
}

/** Without a name of its own, a function is called `stack-LogicalId-1A2B3C4D5E6F`. */
function ofResources(root: Record<string, unknown>, folder: string): DeclaredFunction[] {
  const globals = mapping(mapping(root['Globals'])?.['Function']) ?? {};
  return Object.entries(mapping(root['Resources']) ?? {}).flatMap(([id, value]) => {
    const type = scalar(mapping(value)?.['Type']);
    if (type !== 'AWS::Serverless::Function' && type !== 'AWS::Lambda::Function') return [];
    const properties = { ...globals, ...mapping(mapping(value)?.['Properties']) };
    const handler = scalar(properties['Handler']);
    if (handler === undefined) return [];
    const given = scalar(properties['FunctionName']);
    const generated = new RegExp(`(?:^|-)${escapeRegExp(id)}-[A-Za-z0-9]{8,14}$`);
    const isCalled = (name: string): boolean => {
      return name === id || (given === undefined ? generated.test(name) : isNamed(given, name));
    };
    return [{ isCalled, handler, folder: path.join(folder, scalar(properties['CodeUri']) ?? '') }];
  });
}

/** Without a name of its own, a function is called `service-stage-key`. */
function ofServerless(root: Record<string, unknown>, folder: string): DeclaredFunction[] {
  const service = scalar(root['service']) ?? '';
  return Object.entries(mapping(root['functions']) ?? {}).flatMap(([key, value]) => {
    const handler = scalar(mapping(value)?.['handler']);
    const given = scalar(mapping(value)?.['name']);
    if (handler === undefined) return [];
    const isCalled = (name: string): boolean =>
      given === undefined
        ? name === key || (name.startsWith(`${service}-`) && name.endsWith(`-${key}`))
        : isNamed(given, name);
    return [{ isCalled, handler, folder }];
  });
}

/** Whether a name is one that a template with `${…}` gives; one that is all variable says nothing. */
function isNamed(given: string, name: string): boolean {
  const pieces = given.split(/\$\{[^}]*\}/);
  if (pieces.every((piece) => piece.length < 3)) return false;
  return new RegExp(`^${pieces.map(escapeRegExp).join('.+')}$`).test(name);
}

const SCRIPTS = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.tsx', '.py', '.rb'];

/** The file of `src/orders.create` below the function's folder, also where what is deployed was compiled. */
async function handlerOf({ handler, folder }: DeclaredFunction, context: EvidenceContext): Promise<FoundFunction[]> {
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
