import type { Expression } from '../../syntax/code/expression';
import { assignmentsIn } from '../code/bindings';
import type { SourceCode } from '../code/sourceCode';
import { destinationOfName, destinationOfUrl, isForeign, type Destination } from '../code/thirdParty';
import type { CodeFunction, Field, Parameter } from '../../syntax/code/code';
import { annotationOf, attributeOf, fieldNamed, variableName } from './declarations';
import type { JavaCode } from './javaCode';
import { propertyOf } from './properties';
import { plainType } from './typeNames';
import { declaredType } from './variables';

/** How far values are followed: a constant of a class, put into a field, given on through a builder. */
const MAX_STEPS = 6;

/** Where an address is evaluated. */
export interface AddressPlace {
  readonly source: SourceCode;
  readonly function: CodeFunction;
}

/** Who answers at an address that code gives: constants, `@Value`, properties, names. */
export function destinationOf(code: JavaCode, place: AddressPlace, url: Expression, steps = 0): Destination {
  const follow = (next: Expression | undefined): Destination =>
    next === undefined || steps >= MAX_STEPS ? 'unknown' : destinationOf(code, place, next, steps + 1);
  switch (url.kind) {
    case 'text':
      return ofText(code, url.value ?? '');
    case 'binary': {
      const left = follow(url.left);
      const startsText = url.left.kind === 'text' && /^\w+:\/\/$/.test(url.left.value ?? '');
      return startsText ? follow(url.right) : left;
    }
    case 'conditional':
      return firstKnown(url.values.map(follow));
    case 'cast':
      return follow(url.value);
    case 'call':
      return firstKnown([ofSettings(code, place, url, steps), ofCall(code, url, follow)]);
    case 'name':
    case 'member':
      return ofName(code, place, url, steps);
    default:
      return 'unknown';
  }
}

/** Who tells browsers asks the push services of those who make them. */
const WEB_PUSH = /^web_?push/i;

/** Whether a file is about somebody else's service by its name: `integrations/GithubClient.java`. */
export function isVendorFile(source: SourceCode): boolean {
  return source.file.relative
    .split('/')
    .slice(-2)
    .some(
      (part) =>
        WEB_PUSH.test(part) || isForeign(destinationOfName(part.replace(/\.java$/, '').replace(/AI(?=[A-Z]|$)/, 'ai'))),
    );
}

/** A constant text, also with Spring's placeholders: `${payments.url:http://payments}`. */
function ofText(code: JavaCode, text: string): Destination {
  const placeholder = /^\s*\$\{([^:}]+)(?::([^}]*))?\}/.exec(text);
  if (placeholder === null) {
    if (/^lb:\/\//.test(text)) return 'own';
    return destinationOfUrl(text);
  }
  const [, key = '', fallback = ''] = placeholder;
  return ofProperty(code, key, fallback);
}

function ofProperty(code: JavaCode, key: string, fallback: string): Destination {
  const given = propertyOf(code.code.unit, key)?.value ?? '';
  const value = /^\s*\$\{/.test(given) ? (/^\s*\$\{[^:}]+:([^}]*)\}/.exec(given)?.[1] ?? '') : given;
  return firstKnown([destinationOfUrl(value), destinationOfUrl(fallback), destinationOfName(key)]);
}

/** `String.format("…", a)`, `URI.create(u)`, `UriComponentsBuilder.fromHttpUrl(u).build()`, `env.getProperty("k")`, `p.getUrl()`. */
function ofCall(
  code: JavaCode,
  call: Extract<Expression, { kind: 'call' }>,
  follow: (next: Expression | undefined) => Destination,
): Destination {
  const { callee } = call;
  const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
  const args = call.args.map(({ value }) => value);
  const [first] = args;
  const hostFirst = name === 'formatted' ? receiverText(callee) : first;
  if (/^format(ted)?$/.test(name) && hostFirst?.kind === 'text' && /^\w+:\/\/%(1\$)?s/.test(hostFirst.value ?? ''))
    return follow(name === 'formatted' ? first : args[1]);
  if (/^(getProperty|getRequiredProperty|getenv|getOrDefault)$/.test(name) && first?.kind === 'text')
    return firstKnown([ofProperty(code, first.value ?? '', ''), follow(args[1])]);
  if (
    /^(format|create|of|fromHttpUrl|fromUriString|valueOf|newInstance|requireNonNull|URI|URL|HttpGet|HttpPost)$/.test(
      name,
    )
  )
    return follow(first);
  if (/^get[A-Z]|^\w*(url|uri|host|endpoint)$/i.test(name) && callee.kind === 'member' && args.length === 0) {
    const object = variableName(callee.object) ?? '';
    return firstKnown([ofIdentity(name), destinationOfName(name), destinationOfName(object)]);
  }
  if (callee.kind === 'member') return follow(callee.object);
  return destinationOfName(name);
}

/** `settings.getBaseUrl()`, `settings.baseUrl()` of a class of the workspace: what Spring binds to that field, or its default. */
function ofSettings(
  code: JavaCode,
  { source, function: fn }: AddressPlace,
  { callee, args }: Extract<Expression, { kind: 'call' }>,
  steps: number,
): Destination {
  if (callee.kind !== 'member' || args.length > 0 || steps >= MAX_STEPS) return 'unknown';
  const type = declaredType(source, fn, callee.object);
  if (type === undefined) return 'unknown';
  const name = callee.name.replace(/^get(?=[A-Z])/, '');
  const held = name.charAt(0).toLowerCase() + name.slice(1);
  for (const one of code.program.typesNamed(plainType(type).replace(/^.*\./, ''))) {
    const field = one.type.fields.find((each) => each.name === held);
    if (field === undefined) continue;
    const bound = annotationOf(one.type, 'ConfigurationProperties');
    const prefix = attributeOf(bound, 'prefix') ?? attributeOf(bound, 'value');
    const given = prefix?.kind === 'text' ? ofProperty(code, `${prefix.value ?? ''}.${held}`, '') : 'unknown';
    return firstKnown([given, ofField(code, one.source, field, steps + 1)]);
  }
  return 'unknown';
}

function receiverText(callee: Expression): Expression | undefined {
  return callee.kind === 'member' ? callee.object : undefined;
}

function ofName(code: JavaCode, place: AddressPlace, url: Expression, steps: number): Destination {
  const { source, function: fn } = place;
  const variable = variableName(url);
  if (variable === undefined) return ofConstant(code, url, steps);
  for (const scope of [fn, ...source.around(fn)]) {
    const parameter = scope.parameters.find(({ name }) => name === variable);
    if (parameter) return firstKnown([ofDeclared(code, parameter), ofIdentity(variable), destinationOfName(variable)]);
    const assigned = scope.id === 0 ? undefined : assignmentsIn(scope).get(variable);
    const values = (assigned ?? []).flatMap(({ value }) => value ?? []);
    if (values.length > 0 && steps < MAX_STEPS)
      return firstKnown([
        ...values.map((value) => destinationOf(code, { source, function: scope }, value, steps + 1)),
        destinationOfName(variable),
      ]);
  }
  const field = fieldNamed(source, url, variable);
  return firstKnown([
    field ? ofField(code, source, field, steps) : 'unknown',
    ofIdentity(variable),
    destinationOfName(variable),
  ]);
}

function ofField(code: JavaCode, source: SourceCode, field: Field, steps: number): Destination {
  const declared = ofDeclared(code, field);
  if (declared !== 'unknown') return declared;
  const top = source.code.functions[0]!;
  if (field.value && steps < MAX_STEPS) return destinationOf(code, { source, function: top }, field.value, steps + 1);
  return assignedInConstructor(code, source, field, steps);
}

function assignedInConstructor(code: JavaCode, source: SourceCode, field: Field, steps: number): Destination {
  if (steps >= MAX_STEPS) return 'unknown';
  for (const fn of source.code.functions) {
    if (!fn.modifiers.includes('constructor')) continue;
    for (const statement of fn.body) {
      const [target] = statement.kind === 'assign' ? statement.targets : [];
      if (statement.kind !== 'assign' || target === undefined || variableName(target) !== field.name) continue;
      const parameter = fn.parameters.find(
        ({ name }) => statement.values[0] && variableName(statement.values[0]) === name,
      );
      if (parameter) return ofDeclared(code, parameter);
      if (statement.values[0]) return destinationOf(code, { source, function: fn }, statement.values[0], steps + 1);
    }
  }
  return 'unknown';
}

/** What `@Value("${key:default}")` gives. */
function ofDeclared(code: JavaCode, declaration: Field | Parameter): Destination {
  const value = attributeOf(annotationOf(declaration, 'Value', 'ConfigProperty', 'Property'), 'value');
  const named = attributeOf(annotationOf(declaration, 'ConfigProperty', 'Property'), 'name');
  if (value?.kind === 'text') return ofText(code, value.value ?? '');
  return named?.kind === 'text' ? ofProperty(code, named.value ?? '', '') : 'unknown';
}

/** `Constants.API_URL` of a class of the workspace. */
function ofConstant(code: JavaCode, url: Expression, steps: number): Destination {
  if (url.kind !== 'member' || url.object.kind !== 'name') return 'unknown';
  for (const { source, type } of code.program.typesNamed(url.object.name)) {
    const field = type.fields.find(({ name }) => name === url.name);
    if (field) return firstKnown([ofField(code, source, field, steps), destinationOfName(url.name)]);
  }
  return firstKnown([destinationOfName(url.name), destinationOfName(url.object.name)]);
}

/** Where tokens are given out and checked, which is an identity provider's. */
function ofIdentity(name: string): Destination {
  return /(^|[a-z_])(token|issuer|jwk(s|Set)?|user_?info|authorization|introspection)_?(uri|url|endpoint)$/i.test(name)
    ? 'third-party'
    : 'unknown';
}

function firstKnown(found: readonly Destination[]): Destination {
  return found.find((one) => one !== 'unknown') ?? 'unknown';
}
