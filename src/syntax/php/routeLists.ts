import { children } from '../extract/sourceText';
import type { SyntaxNode } from '../syntaxNode';
import type { PhpFile } from './file';
import { arrayOptions } from './routeGroups';
import { nameSegment } from './routes';

/**
 * Mezzio's routes as configuration: `['name' => 'ping', 'path' => '/ping', 'middleware' => [Auth::class, Ping::class],
 * 'allowed_methods' => ['GET']]`; the last of the middleware answers.
 */
export function listedRoutes(file: PhpFile, root: SyntaxNode): void {
  if (!/['"]middleware['"]\s*=>/.test(file.source.text) || !/['"]path['"]\s*=>/.test(file.source.text)) return;
  for (const array of root.descendantsOfType('array_creation_expression')) {
    if (array === null) continue;
    const options = arrayOptions(array, file);
    const given = options.get('middleware');
    const path = file.values.text(options.get('path'));
    if (given === undefined || path?.kind === 'reference' || path === undefined) continue;
    const last = given.type === 'array_creation_expression' ? children(children(given).at(-1) ?? given).at(-1) : given;
    const type = file.classes.ofExpression(last);
    if (type === undefined || (path.kind === 'literal' && !path.text.startsWith('/'))) continue;
    const handler = { kind: 'name' as const, name: `${type}.__invoke` };
    const range = file.source.range(array);
    const name = file.values.string(options.get('name')) ?? file.classes.ofExpression(options.get('name'));
    for (const method of methodsOf(options.get('allowed_methods'), file)) {
      file.facts.routes.push({ framework: 'php', method, path: [path], handler, receiver: '', range });
      if (name === undefined) continue;
      file.facts.routes.push({ framework: 'name', method, path: [nameSegment(name)], handler, receiver: '', range });
    }
  }
}

/** `['GET', RequestMethodInterface::METHOD_POST]`; all methods where none are listed. */
function methodsOf(node: SyntaxNode | undefined, file: PhpFile): string[] {
  const items = node?.type === 'array_creation_expression' ? file.values.items(node) : [];
  const names = items.flatMap(
    (item) => file.values.string(item) ?? /METHOD_(\w+)$/.exec(file.source.of(item))?.[1] ?? [],
  );
  return names.length > 0 ? names.map((name) => name.toUpperCase()) : ['*'];
}
