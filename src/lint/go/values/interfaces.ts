import type { CodeType } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { importNamed } from './scope';

/** A method as an interface of the workspace declares it. */
export interface MethodSignature {
  /** The file whose imports its types mean. */
  readonly source: SourceCode;
  /** `(ctx context.Context, messages ...kafka.Message) error` */
  readonly text: string;
}

/** How an interface itself declares a method, those it embeds left aside. */
export function signatureIn(source: SourceCode, type: CodeType, name: string): MethodSignature | undefined {
  if (type.kind !== 'interface') return undefined;
  const text = type.fields.find((field) => field.name === name)?.type;
  return text?.startsWith('func(') === true ? { source, text: text.slice('func'.length) } : undefined;
}

/** What a signature says after its parameters: `error`, `(*sqs.SendMessageOutput, error)`. */
export function returnsOf({ text }: MethodSignature): string {
  return text.slice(endOfParameters(text)).trim();
}

/** The import paths of the packages whose types a method takes or gives. */
export function packagesNamed({ source, text }: MethodSignature): string[] {
  return [...text.matchAll(/\b(\w+)\.[A-Z]\w*/g)].flatMap(([, qualifier]) => {
    const imported = importNamed(source, qualifier!);
    return imported?.kind === 'import' && imported.from !== 'context' ? [imported.from] : [];
  });
}

function endOfParameters(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return i + 1;
  }
  return text.length;
}
