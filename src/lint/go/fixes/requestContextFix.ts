import type { Fix } from '../../../model/finding';
import { calledName, type CallPlace } from '../goUnit';
import { insertAt, replace } from './edits';

/** `http.NewRequest(m, u, b)` becomes `http.NewRequestWithContext(ctx, m, u, b)`. */
export function requestContextFix({ source, call }: CallPlace, context: string): Fix[] {
  const { callee } = call;
  if (callee.kind !== 'member' || calledName(call) !== 'NewRequest') return [];
  return [
    {
      title: `Make the request with ${context}`,
      edits: [
        replace(source, callee.nameAt, 'NewRequestWithContext'),
        insertAt(source, call.argsAt.start, call.args.length > 0 ? `${context}, ` : context),
      ],
    },
  ];
}

/**
 * The sibling of a generated method without arguments: those with arguments name their fields in the parameters, which
 * only the generated code knows.
 */
export function siblingFix({ source, call }: CallPlace, context: string): Fix[] {
  const { callee } = call;
  if (callee.kind !== 'member' || callee.object.kind !== 'member' || call.args.length > 0) return [];
  const group = source.code.imports.find(
    ({ from }) => from.split('/').at(-1) === snakeCase(callee.object.kind === 'member' ? callee.object.name : ''),
  );
  const name = group && Object.keys(group.names)[0];
  if (name === undefined) return [];
  return [
    {
      title: `Call ${callee.name}WithParams with ${context}`,
      edits: [
        replace(source, callee.nameAt, `${callee.name}WithParams`),
        insertAt(source, call.argsAt.start, `${name}.New${callee.name}ParamsWithContext(${context})`),
      ],
    },
  ];
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
