import assert from 'node:assert/strict';
import type { AttributeValue } from '../../src/model/attributes';
import type { SpanKind } from '../../src/model/operation';
import { openMapper, operation, pythonRequest, told, withFolder } from './mappingWorkspace';

/** A span of a Python process, and where it belongs: `file:line`, or `-` for nowhere. */
export type PythonSpan = readonly [
  kind: SpanKind,
  name: string,
  attributes: Readonly<Record<string, AttributeValue>>,
  where: string,
  scope?: string,
  service?: string,
];

/** A request to a route, and where its handler is. */
export function route(method: string, path: string, where: string): PythonSpan {
  const { kind, name, attributes } = pythonRequest(method, path);
  return [kind, name, Object.fromEntries(attributes), where];
}

/** Asserts where each span belongs in a folder of files. */
export async function assertPlaces(
  files: Readonly<Record<string, string>>,
  spans: readonly PythonSpan[],
): Promise<void> {
  await withFolder(files, async (folder) => {
    const mapper = await openMapper([folder]);
    const places: string[] = [];
    for (const [kind, name, attributes, , scope = '', service = ''] of spans) {
      const text = told(
        mapper,
        await mapper.map(operation(kind, name, attributes, { language: 'python', scope, service })),
      );
      places.push(`${name} → ${text.startsWith('unmapped') ? '-' : text.split(' ')[0]!}`);
    }
    assert.deepEqual(
      places,
      spans.map(([, name, , where]) => `${name} → ${where}`),
    );
  });
}
