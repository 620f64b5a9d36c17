import type { Expression } from '../../../../src/syntax/code/expression';

/** An expression in short: `new A(1).b("x")`. */
export function brief(one: Expression | undefined): string {
  switch (one?.kind) {
    case 'name':
      return one.name;
    case 'member':
      return `${brief(one.object)}.${one.name}`;
    case 'call': {
      const args = one.args.map(({ name, value, spread }) => {
        const written = `${spread ? '*' : ''}${brief(value)}`;
        return name === undefined ? written : `${name}=${written}`;
      });
      return `${one.isNew ? 'new ' : ''}${brief(one.callee)}(${args.join(', ')})${one.body === undefined ? '' : '{}'}`;
    }
    case 'text':
      return one.value === undefined
        ? `${one.pieces.join('_')}/${one.holes.map(brief).join()}`
        : JSON.stringify(one.value);
    case 'literal':
      return one.text;
    case 'function':
      return `fn${one.function}`;
    case 'binary':
      return `${brief(one.left)} ${one.operator} ${brief(one.right)}`;
    case 'list':
      return `[${one.items.map(({ value }) => brief(value)).join(', ')}]`;
    case 'conditional':
      return `${brief(one.condition)} ? ${one.values.map(brief).join(' : ')}`;
    case 'cast':
      return `(${one.type}) ${brief(one.value)}`;
    case 'index':
      return `${brief(one.object)}[${one.indexes.map(brief).join()}]`;
    default:
      return one?.kind ?? '';
  }
}
