import path from 'node:path';
import { escapeRegExp } from '../../../base/texts/escapeRegExp';
import { mapping, parseYaml, scalar } from '../../../base/texts/yamlValues';
import { attributeText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, ownerCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import type { FoundFunction } from '../../implementations';
import { CONFIDENCE, SHARED } from '../confidences';
import { lambdaHandler, type LambdaHandler } from './lambdaHandler';

/** Templates of SAM and CloudFormation, and the Serverless Framework's. */
const TEMPLATE = /(?:^|\/)(?:(?:sam-?)?template|sam|[^/]+\.template|serverless)\.ya?ml$/i;

/** A function as a template declares it. */
interface DeclaredFunction extends LambdaHandler {
  /** What the deployed function may be called. */
  readonly isCalled: (name: string) => boolean;
}

/**
 * AWS Lambda's spans, which are called as the deployed function is: to the handler that `template.yaml` or
 * `serverless.yml` gives the function of that name.
 */
export function lambdaEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const name = functionName(operation);
  return name === undefined ? NO_PLACES : handlersOf(name, context);
}

async function handlersOf(name: string, context: EvidenceContext): Promise<Candidate[]> {
  const found: FoundFunction[] = [];
  context.touch('paths');
  const { modules } = context.index;
  for (const file of [...modules.withExtension('yaml'), ...modules.withExtension('yml')]) {
    if (!TEMPLATE.test(file.relative)) continue;
    const meant = (await context.parsed(file.path, declared)).filter(({ isCalled }) => isCalled(name));
    for (const one of meant) found.push(...(await lambdaHandler(one, context)));
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
    const code = path.join(folder, scalar(properties['CodeUri']) ?? '');
    return [{ isCalled, handler, runtime: scalar(properties['Runtime']), folder: code, template: folder }];
  });
}

/** Without a name of its own, a function is called `service-stage-key`. */
function ofServerless(root: Record<string, unknown>, folder: string): DeclaredFunction[] {
  const service = scalar(root['service']) ?? '';
  const usual = scalar(mapping(root['provider'])?.['runtime']);
  return Object.entries(mapping(root['functions']) ?? {}).flatMap(([key, value]) => {
    const handler = scalar(mapping(value)?.['handler']);
    const given = scalar(mapping(value)?.['name']);
    if (handler === undefined) return [];
    const isCalled = (name: string): boolean =>
      given === undefined
        ? name === key || (name.startsWith(`${service}-`) && name.endsWith(`-${key}`))
        : isNamed(given, name);
    const runtime = scalar(mapping(value)?.['runtime']) ?? usual;
    return [{ isCalled, handler, runtime, folder, template: folder }];
  });
}

/** Whether a name is one that a template with `${…}` gives; one that is all variable says nothing. */
function isNamed(given: string, name: string): boolean {
  const pieces = given.split(/\$\{[^}]*\}/);
  if (pieces.every((piece) => piece.length < 3)) return false;
  return new RegExp(`^${pieces.map(escapeRegExp).join('.+')}$`).test(name);
}
