import type { FileFacts, HandlerFact, TextFact } from '../../src/syntax/facts';

/** A text as a reader writes it: constant as it is, holes as `${name}` or `${}`, a reference as `<NAME>`. */
export function textOf(text: TextFact | undefined): string {
  if (text === undefined) return '-';
  if (text.kind === 'literal') return text.text;
  if (text.kind === 'reference') return `<${text.name}>`;
  return text.parts.map((part, i) => (i === 0 ? part : `\${${text.holes?.[i - 1] ?? ''}}${part}`)).join('');
}

/** Facts by topic, one per line, with 1-based lines after `@`. */
export function factsText(facts: FileFacts): Record<string, string[]> {
  const functionName = (index: number): string => {
    const found = facts.functions[index];
    if (found === undefined) return '(file)';
    return `${[...found.container, found.name === '' ? '(anonymous)' : found.name].join('.')} @${found.nameRange.startLine + 1}`;
  };
  const handler = (fact: HandlerFact): string => {
    if (fact.kind === 'function') return functionName(fact.function);
    return fact.orElse === undefined
      ? `'${fact.name}'`
      : [fact.name, ...fact.orElse].map((name) => `'${name}'`).join(' or ');
  };
  const join = (path: readonly TextFact[]): string =>
    `/${path.map(textOf).join('/')}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return {
    functions: facts.functions.map((fact, index) => {
      const { startLine, endLine } = fact.range;
      return `${functionName(index)}(${fact.parameters.join(', ')}) ${startLine + 1}-${endLine + 1}`;
    }),
    types: facts.types.map((fact) => {
      const bases = fact.bases.length === 0 ? '' : ` : ${fact.bases.join(', ')}`;
      return `${[...fact.container, fact.name].join('.')}${bases}`;
    }),
    constants: facts.constants.map((fact) => `${[...fact.container, fact.name].join('.')} = ${textOf(fact.value)}`),
    imports: facts.imports.map((fact) => {
      const names = Object.entries(fact.names).map(([local, name]) => (local === name ? local : `${name} as ${local}`));
      return `${fact.from}: ${names.join(', ')}`;
    }),
    spans: facts.spans.map(
      (fact) =>
        `${textOf(fact.name)}${fact.kind === undefined ? '' : ` [${fact.kind}]`} in ${functionName(fact.function)}`,
    ),
    tracerNames: facts.tracerNames.map(textOf),
    routes: facts.routes.map((fact) => `${fact.method} ${join(fact.path)} → ${handler(fact.handler)}`),
    mounts: facts.mounts.map((fact) => `${fact.receiver} + ${textOf(fact.prefix)} → ${fact.target}`),
    rpcs: facts.rpcs.map((fact) => `${fact.side} ${fact.service}/${fact.method} → ${handler(fact.handler)}`),
    messages: facts.messages.map(
      (fact) => `${fact.side} ${fact.system} ${textOf(fact.destination)} → ${handler(fact.handler)}`,
    ),
    httpCalls: facts.httpCalls.map(
      (fact) => `${fact.library} ${fact.method ?? '?'} ${textOf(fact.url)} in ${functionName(fact.function)}`,
    ),
    queries: facts.queries.map((fact) => `${textOf(fact.text)} in ${functionName(fact.function)}`),
    serviceNames: facts.serviceNames.map(textOf),
    exports: facts.exports.map((fact) => `${fact.name} → ${fact.handler === undefined ? '?' : handler(fact.handler)}`),
    fields: facts.fields.map((fact) => `${fact.type}.${fact.field} → ${handler(fact.handler)}`),
    entityCalls: facts.entityCalls.map(
      (fact) => `${fact.library} ${fact.entity}.${fact.method} in ${functionName(fact.function)}`,
    ),
  };
}
